// The port works in a thread other than the main one, which it leaves alone: the main thread wakes it through the
// wake fd, goes on while it waits, and keeps children of its own. This file must not load os/linux itself.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

/** On Node 20 a thread does not inherit the loader of --import; it has to register its own. */
const BOOTSTRAP = `
  import('tsx/esm/api').then(({ register }) => {
    register();
    return import(${JSON.stringify(new URL('./port-worker.ts', import.meta.url).href)});
  });
`;

test('the supervisor thread waits in poll, is woken, and collects its own child only', async () => {
  const worker = new Worker(BOOTSTRAP, { eval: true });
  // Listened for from the beginning: Node 26 may tell of the last message and of the end in one go.
  const ended = once(worker, 'exit');
  const [opened] = await once(worker, 'message');
  assert.equal(opened.kind, 'opened');
  // One clock for both threads: CLOCK_MONOTONIC, not the age of a thread.
  const [seconds, nanoseconds] = process.hrtime();
  const ageMs = seconds * 1000 + nanoseconds / 1e6 - opened.now;
  assert.ok(ageMs >= 0 && ageMs < 10_000, `${ageMs}`);

  const ownChild = spawn('/bin/sh', ['-c', 'exit 7'], { stdio: 'ignore' });
  assert.deepEqual(await once(ownChild, 'exit'), [7, null]);

  writeSync(opened.wakeFd, new Uint8Array(new BigUint64Array([1n]).buffer));
  const [done] = await once(worker, 'message');
  assert.deepEqual(done, { kind: 'done', wake: 'ready', tags: [1], end: { kind: 'exited', code: 3 } });
  assert.deepEqual(await ended, [0]);
});
