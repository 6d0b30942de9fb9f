// A DAEMON: a process that runs all the time and takes no connections. With wait=yes the services wait until it
// has written "ok\r\n" to fd 3. This one only shows that it lives, with a line in the log now and then.

import { closeSync, fstatSync, writeSync } from 'node:fs';

/** Where the master listens for the "ok" of a waiting daemon. */
const READY_FD = 3;
const BEAT_MS = 10 * 60_000;
/** How often it looks whether its master is still there: one that was killed cannot say good-bye. */
const LOOK_MS = 5_000;

const startedAt = performance.now();
const beat = setInterval(() => {
  const minutes = Math.round((performance.now() - startedAt) / 60_000);
  console.log(`heartbeat: up for ${minutes} minutes`);
}, BEAT_MS);

const master = process.ppid;
const look = setInterval(() => {
  if (process.ppid !== master) end();
}, LOOK_MS);

function end(): void {
  clearInterval(beat);
  clearInterval(look);
  process.exit(0);
}

process.on('SIGTERM', end);

console.log('heartbeat: up');
// Last, because the services start when they hear it. Without wait=yes there is no pipe at fd 3, but an epoll of Node.
if (fstatSync(READY_FD).isFIFO()) {
  writeSync(READY_FD, 'ok\r\n');
  closeSync(READY_FD);
}
