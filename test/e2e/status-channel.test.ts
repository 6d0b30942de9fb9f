// The status channel is gossip: whatever a worker writes to it, or holds of it, is counted and harms nobody, and a
// full one never blocks a worker.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Client, isAlive, LEMMING, type RunningMaster, startMaster } from './harness.ts';
import { ledgerIsExact, metric, services } from './reckoning.ts';

async function lemming(t: TestContext): Promise<{ master: RunningMaster; client: Client; pid: number }> {
  const master = await startMaster(t, services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`));
  const client = await master.client('echo');
  const pid = Number((await client.line()).split(' ')[1]);
  await master.settled('echo', { starting: 0, ready: 1, busy: 1 });
  return { master, client, pid };
}

/** Another client is greeted, and the counts come to rest where they belong: the one client of `lemming` is held. */
async function assertGoesOn(master: RunningMaster): Promise<void> {
  const visitor = await master.client('echo');
  assert.match(await visitor.line(), /^lemming/);
  await visitor.ask('bye');
  await master.event('worker-available');
  await ledgerIsExact(master);
  assert.equal((await master.service('echo')).state, 'running');
}

const countBad = (master: RunningMaster) => metric(master, 'preforkd_messages_bad_total');

test('eight bytes that are no message', async (t) => {
  const { master, client, pid } = await lemming(t);
  assert.equal(await client.ask('garbage'), 'said garbage');
  const bad = await master.event('message-bad', { pid });
  assert.match(bad.msg, /unknown message \d+/);
  assert.equal(await countBad(master), 1);
  await assertGoesOn(master);
});

test('half a message, and then whole ones that no longer fit', async (t) => {
  const { master, client, pid } = await lemming(t);
  assert.equal(await client.ask('half'), 'said half');
  await client.ask('say connection');
  await master.event('message-bad', { pid });
  await assertGoesOn(master);
  await client.ask('bye');
  client.socket.destroy();
  await ledgerIsExact(master);
});

test('a message in the name of another worker changes neither of them', async (t) => {
  const { master, client, pid } = await lemming(t);
  const { workers } = await master.service('echo');
  const other = workers.find((worker) => worker.pid !== pid)?.pid;
  await client.ask(`say unavailable ${other}`);
  const bad = await master.event('message-bad', { pid });
  assert.match(bad.msg, new RegExp(`unavailable in the name of pid ${other}`));
  assert.equal(await client.ask(`foreign-pid ${master.pid}`), `said as ${master.pid}`);
  await master.until('both to be counted', async () => (await countBad(master)) === 2);
  await master.settled('echo', { ready: 1, busy: 1, active: 2 });
  await assertGoesOn(master);
});

test('AVAILABLE twice', async (t) => {
  const { master, client, pid } = await lemming(t);
  await client.ask('say available');
  await client.ask('say available');
  const bad = await master.event('message-bad', { pid });
  assert.match(bad.msg, /AVAILABLE while ready/);
  await assertGoesOn(master);
});

test('a hundred thousand messages delay nobody', async (t) => {
  const { master, client, pid } = await lemming(t);
  assert.match(await client.ask('flood 100000'), /^\d+ of 100000 taken$/);
  await master.event('message-bad', { pid });
  assert.equal(master.events('message-bad', { pid }).length, 1, 'told once, counted each time');
  await assertGoesOn(master);
  await master.until('all of them to be counted', async () => (await countBad(master)) > 5_000);
});

test('a full pipe does not block the worker while the master stands still', async (t) => {
  const { master, client, pid } = await lemming(t);
  master.signal('SIGSTOP');
  try {
    const answer = await client.ask('flood 100000');
    const taken = Number(answer.split(' ')[0]);
    assert.ok(taken < 100_000, 'the pipe was full');
    assert.equal(await client.ask('echo not blocked'), 'not blocked');
    assert.ok(isAlive(pid));
  } finally {
    master.signal('SIGCONT');
  }
  await master.event('message-bad', { pid });
  await assertGoesOn(master);
});

test('a grandchild that holds the channel does not keep its dead worker on the books', async (t) => {
  const { master, client, pid } = await lemming(t);
  const grandchild = Number(await client.ask('grandchild'));
  try {
    client.send('crash');
    await client.gone();
    assert.equal((await master.event('exited', { pid })).state, 'busy');
    assert.ok(isAlive(grandchild));
    await master.settled('echo', { starting: 0, ready: 1, busy: 0, active: 1 });
    await assertGoesOn(master);
  } finally {
    process.kill(grandchild, 'SIGKILL');
  }
});
