// What the worker says on the status channel, and in which order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestMaster } from './support/master.ts';
import { until } from './support/until.ts';

test('one client at a time: UNAVAILABLE, then CONNECTION, and AVAILABLE when it can take the next', async (t) => {
  const master = await TestMaster.start();
  t.after(() => master.close());
  await master.said('available');

  const client = await master.connect();
  await client.hears('hello 1');
  await master.said('available unavailable connection');
  client.send('bye');
  await master.said('available unavailable connection available');
  assert.deepEqual(new Set(master.messages.map(({ pid }) => pid)), new Set([master.worker.pid]));
});

test('several clients: CONNECTION_MULTI each, UNAVAILABLE when full, AVAILABLE for each that has gone', async (t) => {
  const master = await TestMaster.start({ environment: { PREFORKD_CLIENT_LIMIT: '2' } });
  t.after(() => master.close());
  await master.said('available');

  const first = await master.connect();
  await master.said('available connectionMulti');
  const second = await master.connect();
  await master.said('available connectionMulti connectionMulti unavailable');
  first.send('bye');
  await master.said('available connectionMulti connectionMulti unavailable available');
  second.send('bye');
  await master.said('available connectionMulti connectionMulti unavailable available available');
});

test('a client that was reported before its greeting: the greeting never overtakes the report', async (t) => {
  const master = await TestMaster.start({ listening: false, queued: 1 });
  t.after(() => master.close());
  await master.clients[0]?.hears('hello 1');
  master.listenToStatus();
  await master.said('available unavailable connection');
});

test('a full status pipe does not block the worker, and what it holds back is said later, in order', async (t) => {
  const master = await TestMaster.start({ listening: false });
  t.after(() => master.close());
  const filled = master.fillStatusPipe();
  for (let use = 1; use <= 20; use += 1) {
    const client = await master.connect();
    await client.hears('hello ');
    client.send('bye');
    await client.closed();
  }
  master.listenToStatus();
  const rounds = 'unavailable connection available '.repeat(20).trim();
  await until(
    () => master.messages.length === filled + 61,
    () => `${master.messages.length} messages instead of ${filled + 61}`,
  );
  assert.equal(master.words, `${'unknown '.repeat(filled)}available ${rounds}`);
});
