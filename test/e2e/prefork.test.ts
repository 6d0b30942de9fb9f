// prefork=: so many workers are ready before any client comes, and again after each; and at every rest the ledger
// lists exactly the processes that exist.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive, LEMMING, startMaster } from './harness.ts';
import { ledgerIsExact, services } from './reckoning.ts';

const ECHO = `echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=2`;

test('two workers are ready before any client comes', async (t) => {
  const master = await startMaster(t, services(ECHO));
  const { workers } = await master.settled('echo', { starting: 0, ready: 2, busy: 0, active: 2 });
  assert.deepEqual(
    workers.map(({ state, uses }) => ({ state, uses })),
    [
      { state: 'ready', uses: 0 },
      { state: 'ready', uses: 0 },
    ],
  );
  await ledgerIsExact(master);
});

test('a worker that gets busy is replaced, so that two are ready again', async (t) => {
  const master = await startMaster(t, services(ECHO));
  await master.settled('echo', { starting: 0, ready: 2 });
  const client = await master.client('echo');
  assert.match(await client.line(), /^lemming \d+ 1$/);
  const { why } = await master.settled('echo', { starting: 0, ready: 2, busy: 1, active: 3, spawns: 3 });
  assert.match(why, /2 ready \(0 starting\), 1 busy; nothing more is needed/);
});

test('the ledger is the process table while clients come, go, and take their workers with them', async (t) => {
  const master = await startMaster(t, services(ECHO));
  const clients = await Promise.all([1, 2, 3, 4].map(() => master.client('echo')));
  for (const client of clients) await client.line();
  await master.settled('echo', { starting: 0, ready: 2, busy: 4, active: 6 });
  await ledgerIsExact(master);
  const [first, second, third] = clients;
  assert.ok(first && second && third);
  await first.ask('bye');
  await second.ask('bye');
  await master.settled('echo', { ready: 4, busy: 2, active: 6 });
  third.send('crash');
  await third.gone();
  await master.settled('echo', { ready: 4, busy: 1, active: 5 });
  await ledgerIsExact(master);
});

test('a stop leaves nobody behind', async (t) => {
  const master = await startMaster(t, services(ECHO));
  await master.settled('echo', { starting: 0, ready: 2 });
  const children = master.children();
  assert.equal(await master.stop(), 0);
  assert.deepEqual(children.filter(isAlive), []);
  assert.equal(master.events('exited', { service: 'echo' }).length, 2);
});
