// How long a client was queued, as the kernel tells the worker and the worker tells the master: only where the master
// understands it, in the same write as the connection, and nothing for sockets without TCP.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, mkdtempSync, readSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeStatus, queueWaitMs } from '../../../src/protocol/status-message.ts';
import { StatusChannel } from '../../../src/worker/notify.ts';
import { queueWaitOf } from '../../../src/worker/queue-wait.ts';
import { TestMaster } from './support/master.ts';
import { statusPipe } from './support/sockets.ts';

const UNDERSTANDS = { PREFORKD_QUEUE_WAIT: '1' };
/** The kernel counts in ticks, of 10 ms at most (HZ=100). */
const TICK_MS = 10;

async function startMaster(t: TestContext, options: Parameters<typeof TestMaster.start>[0]) {
  const master = await TestMaster.start(options);
  t.after(() => master.close());
  return master;
}

test('a client that was queued while the worker came up waited for no longer than it was there', async (t) => {
  const began = performance.now();
  const master = await startMaster(t, { environment: UNDERSTANDS, queued: 1 });
  const queuedAt = performance.now();
  await master.said('available unavailable connection queueWait');
  const waitMs = queueWaitMs(master.messages.at(-1)?.number ?? 0);
  assert.equal(master.messages.at(-1)?.pid, master.worker.pid);
  assert.ok(waitMs <= performance.now() - began + TICK_MS, `${waitMs} ms`);
  // Node alone takes longer than a few ticks to come up.
  assert.ok(waitMs > TICK_MS, `${waitMs} ms; ${performance.now() - queuedAt} ms since it was queued`);
});

test('one for each client of several', async (t) => {
  const master = await startMaster(t, { environment: { ...UNDERSTANDS, PREFORKD_CLIENT_LIMIT: '2' } });
  await master.said('available');
  await master.connect();
  await master.said('available connectionMulti queueWait');
  await master.connect();
  await master.said('available connectionMulti queueWait connectionMulti unavailable queueWait');
});

test("a master that does not say that it understands, as Cyrus's, is sent the four words of Cyrus only", async (t) => {
  const master = await startMaster(t, { queued: 1 });
  const [client] = master.clients;
  await client?.hears('hello 1');
  client?.send('bye');
  await master.said('available unavailable connection available');
});

test('the kernel tells nothing of a unix socket', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-wait-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const server = createServer().listen(join(directory, 'socket'));
  await once(server, 'listening');
  t.after(() => server.close());
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect(join(directory, 'socket'));
  t.after(() => client.destroy());
  const [socket] = await accepted;
  assert.deepEqual(queueWaitOf(socket), []);
  socket.destroy();
  assert.deepEqual(queueWaitOf(socket), [], 'nor of one that is closed');
});

test('where the buffer has one place left, the word goes and the wait is left out', (t) => {
  const { read, write } = statusPipe();
  t.after(() => {
    closeSync(read);
    closeSync(write);
  });
  const heard = new Uint8Array(65_536 + 4_096);
  while (tries(() => writeSync(write, new Uint8Array(8))));
  const channel = new StatusChannel(write, 77);
  // The buffer holds 256 messages while the pipe is full.
  channel.say('available');
  for (let client = 0; client < 127; client += 1) channel.say('connection', { queueWaitMs: client });
  channel.say('unavailable', { queueWaitMs: 5 });
  channel.say('available');
  while (tries(() => readSync(read, heard)));
  channel.flush();
  const { messages } = decodeStatus(new Uint8Array(0), heard.subarray(0, readSync(read, heard)));
  assert.equal(messages.length, 256);
  assert.deepEqual(
    messages.slice(-3).map(({ word }) => word),
    ['connection', 'queueWait', 'unavailable'],
  );
});

/** False once there is no room, or nothing, any more. */
function tries(call: () => number): boolean {
  try {
    return call() > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}
