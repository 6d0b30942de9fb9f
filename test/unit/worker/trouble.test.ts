// Handlers that fail, clients that vanish, and workers that were started wrongly.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsOf } from '../../../src/worker/options.ts';
import { TestMaster } from './support/master.ts';
import { until } from './support/until.ts';

test('a handler that rejects: its connection is closed, stderr says why, the next client is served', async (t) => {
  const master = await TestMaster.start({ queued: 2 });
  t.after(() => master.close());
  const [first, second] = master.clients;
  await first?.hears('hello 1');
  first?.send('reject');
  await first?.closed();
  await second?.hears('hello 2');
  assert.match(master.stderr, /connection 1: handler failed: Error: told to reject/);
  await master.said('available unavailable connection available unavailable connection');
});

test('a handler that throws at once is no different', async (t) => {
  const master = await TestMaster.start({ queued: 2, environment: { WORKER_STYLE: 'throws' } });
  t.after(() => master.close());
  for (const client of master.clients) await client.closed();
  await until(
    () => /connection 2: handler failed: Error: told to throw/.test(master.stderr),
    () => master.stderr,
  );
});

test('a handler without a promise: the connection is served when it closes', async (t) => {
  const master = await TestMaster.start({ queued: 2, environment: { WORKER_STYLE: 'events' } });
  t.after(() => master.close());
  for (const client of master.clients) await client.closed();
  const round = 'unavailable connection available';
  await master.said(`available ${round} ${round}`);
});

test('a client that resets its connection costs nothing, not even a line', async (t) => {
  const master = await TestMaster.start({ queued: 2 });
  t.after(() => master.close());
  const [first, second] = master.clients;
  await first?.hears('hello 1');
  first?.socket.resetAndDestroy();
  await second?.hears('hello 2');
  assert.equal(master.stderr, '');
});

test('without a master a worker says so and exits 70', async (t) => {
  const master = await TestMaster.start({ environment: { CYRUS_SERVICE: undefined } });
  t.after(() => master.close());
  assert.equal(await master.exit(), 'exit 70');
  assert.match(master.stderr, /no master started this worker/);
});

test('under a wrapper that is not replaced by the worker: says so and exits 70', async (t) => {
  const master = await TestMaster.start({ environment: { PREFORKD_MASTER_PID: '1' } });
  t.after(() => master.close());
  assert.equal(await master.exit(), 'exit 70');
  assert.match(master.stderr, /is not the master/);
});

test('options: wrong ones throw, the environment fills in, garbage in it counts as unsaid', () => {
  assert.throws(() => limitsOf({ concurrency: 0 }, {}), RangeError);
  assert.throws(() => limitsOf({ maxUse: 1.5 }, {}), RangeError);
  assert.equal(limitsOf({}, { PREFORKD_CLIENT_LIMIT: '7' }).concurrency, 7);
  assert.equal(limitsOf({ concurrency: 2 }, { PREFORKD_CLIENT_LIMIT: '7' }).concurrency, 2);
  assert.equal(limitsOf({}, { PREFORKD_CLIENT_LIMIT: 'many' }).concurrency, 1);
  assert.equal(limitsOf({}, { PREFORKD_BACKLOG: '128' }).backlog, 128);
});
