// maxchild=: never exceeded, not even in a storm; who comes too much waits in the kernel's queue and is served when a
// place comes free; `why` names the limit, and the log tells of it once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { activePeak, ledgerIsExact, services } from './reckoning.ts';

const ECHO = `echo cmd="${LEMMING}" listen="127.0.0.1:0" maxchild=5`;

test('thirty clients storm five workers: never more than five, and everybody is served', async (t) => {
  const master = await startMaster(t, services(`${ECHO} prefork=3`));
  const visit = async (number: number) => {
    const client = await master.client('echo');
    await client.line();
    assert.equal(await client.ask(`echo ${number}`), String(number));
    assert.equal(await client.ask('bye'), 'bye');
  };
  await Promise.all(Array.from({ length: 30 }, (_, number) => visit(number)));
  await master.settled('echo', { busy: 0, queue: 0, connections: 30 });
  assert.ok(activePeak(master, 'echo') <= 5);
  assert.ok(master.events('spawned').every((line) => (line.active as number) <= 5));
  await ledgerIsExact(master);
});

test('the sixth client waits in the queue, knows why, and is greeted when one leaves', async (t) => {
  const master = await startMaster(t, services(ECHO));
  const five = await Promise.all([1, 2, 3, 4, 5].map(() => master.client('echo')));
  for (const client of five) await client.line();
  const sixth = await master.client('echo');
  await master.settled('echo', { queue: 1, busy: 5, active: 5 });
  const { stdout } = await master.cli('why', 'echo');
  assert.match(stdout, /1 client waits/);
  assert.match(stdout, /all 5 workers that maxchild allows are alive/);
  const blocked = await master.event('blocked', { constraint: 'maxchild' });
  assert.deepEqual({ level: blocked.level, active: blocked.active }, { level: 'warn', active: 5 });
  assert.equal(sixth.text, '', 'nobody has greeted it');

  await five[0]?.ask('bye');
  assert.match(await sixth.line(), /^lemming \d+ 2$/);
  await master.event('unblocked', { constraint: 'maxchild' });
  await master.settled('echo', { queue: 0, busy: 5, active: 5 });
  assert.equal(master.events('blocked').length, 1);
  assert.equal(master.events('unblocked').length, 1);
});

test('a higher maxchild lets the waiting one in at once', async (t) => {
  const master = await startMaster(t, services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" maxchild=1`));
  const first = await master.client('echo');
  await first.line();
  const second = await master.client('echo');
  await master.event('blocked', { constraint: 'maxchild' });
  assert.equal((await master.cli('scale', 'echo', 'maxchild=2')).code, 0);
  await second.line();
  await master.settled('echo', { busy: 2, active: 2, maxchild: 2 });
});
