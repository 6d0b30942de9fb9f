// prefork=0: nobody runs until somebody comes. Then workers are started in proportion to the queue: a burst is seen
// as a burst, and not one client after the other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { activePeak, ledgerIsExact, services } from './reckoning.ts';

const ECHO = `echo cmd="${LEMMING}" listen="127.0.0.1:0" maxchild=12`;
const TEN = Array.from({ length: 10 }, (_, index) => index);

test('the first client starts the first worker', async (t) => {
  const master = await startMaster(t, services(ECHO));
  assert.equal((await master.service('echo')).active, 0);
  assert.deepEqual(master.children(), []);
  const client = await master.client('echo');
  assert.match(await client.line(), /^lemming \d+ 1$/);
  await master.settled('echo', { ready: 0, busy: 1, active: 1, spawns: 1 });
});

test('ten clients at once are all greeted and held, with no more workers than maxchild', async (t) => {
  const master = await startMaster(t, services(ECHO));
  const clients = await Promise.all(TEN.map(() => master.client('echo')));
  const greetings = await Promise.all(clients.map((client) => client.line()));
  const pids = new Set(greetings.map((greeting) => greeting.split(' ')[1]));
  assert.equal(pids.size, 10, 'each by a worker of its own');
  await master.settled('echo', { starting: 0, busy: 10, queue: 0 });
  assert.ok(activePeak(master, 'echo') <= 12);
  await ledgerIsExact(master);
});

test('workers for a whole queue are started in one turn', async (t) => {
  const master = await startMaster(t, services(ECHO), { master: 'startcap initial=10 most=10' });
  await master.cli('pause', 'echo');
  const clients = await Promise.all(TEN.map(() => master.client('echo')));
  await master.settled('echo', { queue: 10, active: 0, state: 'paused' });
  await master.cli('resume', 'echo');
  await Promise.all(clients.map((client) => client.line()));
  const resumed = master.log.findIndex((line) => line.event === 'resumed');
  // Ten in a row with nothing between them: no worker had said a word before the last was started.
  const followers = master.log.slice(resumed + 1).filter((line) => line.event !== 'control-request');
  assert.deepEqual(new Set(followers.slice(0, 10).map((line) => line.event)), new Set(['spawned']));
});

test('a queue that living workers will take is no reason to start more', async (t) => {
  const master = await startMaster(t, services(ECHO));
  const clients = await Promise.all([1, 2, 3].map(() => master.client('echo')));
  for (const client of clients) await client.line();
  await Promise.all(clients.map((client) => client.ask('bye')));
  await master.settled('echo', { ready: 3, busy: 0, active: 3 });
  const again = await Promise.all([1, 2, 3].map(() => master.client('echo')));
  for (const client of again) assert.match(await client.line(), /^lemming \d+ [2-9]$/);
  await master.settled('echo', { ready: 0, busy: 3, active: 3, spawns: 3 });
});
