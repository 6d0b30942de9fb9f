// How a worker ends: told to, used up, idle for too long, or without its master; with which exit code, and never
// at the expense of a client it holds.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TEST_WORKER, TestMaster } from './support/master.ts';

const PARENT = fileURLToPath(new URL('./support/parent.mjs', import.meta.url));
const options = (value: object) => ({ WORKER_OPTIONS: JSON.stringify(value) });

for (const [signal, code] of [
  ['SIGTERM', 75],
  ['SIGINT', 75],
  ['SIGHUP', 0],
] as const) {
  test(`idle, ${signal}: exits ${code} at once and says nothing more`, async (t) => {
    const master = await TestMaster.start();
    t.after(() => master.close());
    await master.said('available');
    master.worker.kill(signal);
    assert.equal(await master.exit(), `exit ${code}`);
    await master.said('available');
  });

  test(`busy, ${signal}: finishes its client, takes no other, exits ${code}`, async (t) => {
    const master = await TestMaster.start({ queued: 2 });
    t.after(() => master.close());
    const [client, waiting] = master.clients;
    await client?.hears('hello 1');
    master.worker.kill(signal);
    client?.send('still there?');
    await client?.hears('you said still there?');
    client?.send('bye');
    assert.equal(await master.exit(), `exit ${code}`);
    await master.said('available unavailable connection');
    assert.equal(waiting?.received, '');
  });
}

test('only SIGTERM tells the handler that the worker is stopping', async (t) => {
  const master = await TestMaster.start({ queued: 1 });
  t.after(() => master.close());
  const [client] = master.clients;
  await client?.hears('hello 1');
  master.worker.kill('SIGHUP');
  client?.send('one');
  await client?.hears('you said one');
  assert.ok(!client?.received.includes('stopping'));
  master.worker.kill('SIGTERM');
  await client?.hears('stopping');
  client?.send('bye');
  assert.equal(await master.exit(), 'exit 75');
});

test('several clients, told to end with places free: says UNAVAILABLE, ends after the last', async (t) => {
  const master = await TestMaster.start({ queued: 2, environment: options({ concurrency: 5 }) });
  t.after(() => master.close());
  const [first, second] = master.clients;
  await master.said('available connectionMulti connectionMulti');
  master.worker.kill('SIGHUP');
  await master.said('available connectionMulti connectionMulti unavailable');
  first?.send('bye');
  await first?.closed();
  second?.send('still there?');
  await second?.hears('you said still there?');
  second?.send('bye');
  assert.equal(await master.exit(), 'exit 0');
  await master.said('available connectionMulti connectionMulti unavailable');
});

test('drainTimeout cuts the clients that do not finish after SIGTERM', async (t) => {
  const master = await TestMaster.start({ queued: 1, environment: options({ drainTimeout: 50 }) });
  t.after(() => master.close());
  const [client] = master.clients;
  await client?.hears('hello 1');
  master.worker.kill('SIGTERM');
  await client?.closed();
  assert.equal(await master.exit(), 'exit 75');
  assert.match(master.stderr, /drainTimeout is over: 1 connection\(s\) cut/);
});

test('maxUse: exits 0 after so many clients, and leaves the next in the queue', async (t) => {
  const master = await TestMaster.start({ queued: 3, environment: options({ maxUse: 2 }) });
  t.after(() => master.close());
  const [first, second, third] = master.clients;
  await first?.hears('hello 1');
  first?.send('bye');
  await second?.hears('hello 2');
  second?.send('bye');
  assert.equal(await master.exit(), 'exit 0');
  assert.equal(third?.received, '');
  await master.said('available unavailable connection available unavailable connection');
});

test('maxUse among several clients: UNAVAILABLE with the last use, exit after all of them', async (t) => {
  const master = await TestMaster.start({ queued: 3, environment: options({ maxUse: 2, concurrency: 5 }) });
  t.after(() => master.close());
  await master.said('available connectionMulti connectionMulti unavailable');
  const [first, second] = master.clients;
  second?.send('bye');
  await second?.closed();
  first?.send('bye');
  assert.equal(await master.exit(), 'exit 0');
});

test('idleTimeout runs only after the first use', async (t) => {
  const master = await TestMaster.start({ environment: options({ idleTimeout: 30 }) });
  t.after(() => master.close());
  await master.said('available');
  // Far longer than the limit: a new worker is kept for the burst it was started for.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const client = await master.connect();
  await client.hears('hello 1');
  client.send('bye');
  assert.equal(await master.exit(), 'exit 0');
});

test('a killed master takes its idle worker with it', async (t) => {
  const master = await TestMaster.start({
    command: ['--import', 'tsx', PARENT, '--import', 'tsx', TEST_WORKER],
  });
  t.after(() => master.close());
  await master.said('available');
  master.worker.kill('SIGKILL');
  // The worker holds the other end of stdout: it has ended when that does.
  if (master.worker.stdout && !master.worker.stdout.readableEnded) await once(master.worker.stdout, 'end');
});

test('a killed master: the worker finishes its client first', async (t) => {
  const command = ['--import', 'tsx', PARENT, '--import', 'tsx', TEST_WORKER];
  const master = await TestMaster.start({ queued: 1, command });
  t.after(() => master.close());
  const [client] = master.clients;
  await client?.hears('hello 1');
  master.worker.kill('SIGKILL');
  await client?.hears('stopping');
  client?.send('still there?');
  await client?.hears('you said still there?');
  client?.send('bye');
  if (master.worker.stdout && !master.worker.stdout.readableEnded) await once(master.worker.stdout, 'end');
});

test('the listening socket is shut down, because the service was removed: an idle worker ends at the SIGHUP that follows', async (t) => {
  const master = await TestMaster.start();
  t.after(() => master.close());
  await master.said('available');
  master.removeService();
  // libuv keeps it to itself that accept fails: by itself the worker would not notice.
  master.worker.kill('SIGHUP');
  assert.equal(await master.exit(), 'exit 0');
  assert.equal(master.stderr, '');
});

test('the listening socket is shut down under a busy worker: it finishes its client, then ends', async (t) => {
  const master = await TestMaster.start({ queued: 1 });
  t.after(() => master.close());
  const [client] = master.clients;
  await client?.hears('hello 1');
  master.removeService();
  client?.send('still there?');
  await client?.hears('you said still there?');
  master.worker.kill('SIGHUP');
  client?.send('bye');
  assert.equal(await master.exit(), 'exit 0');
});
