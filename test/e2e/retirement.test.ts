// Why a worker that works is told to finish: it has served enough (maxuse), is too big (maxrss), or is not needed any
// more (idlekill). And workers for several clients at once (clientlimit).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { ledgerIsExact, services } from './reckoning.ts';

test('maxuse=2: the third client meets a new worker', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" maxchild=1 maxuse=2`),
  );
  const pids: (string | undefined)[] = [];
  for (let visit = 0; visit < 3; visit += 1) {
    const client = await master.client('echo');
    pids.push((await client.line()).split(' ')[1]);
    await client.ask('bye');
  }
  assert.equal(pids[0], pids[1]);
  assert.notEqual(pids[1], pids[2]);
  const retired = await master.event('worker-retired', { pid: Number(pids[0]) });
  assert.match(retired.msg, /SIGHUP\): served 2 connections, maxuse=2/);
  const { how, expected } = await master.event('exited', { pid: Number(pids[0]) });
  assert.deepEqual({ how, expected }, { how: 'exit 0', expected: true });
});

test('maxrss: a worker that ate too much finishes its client, and is replaced', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1 maxrss=250M`),
    { master: 'sampling interval=200ms' },
  );
  const client = await master.client('echo');
  const pid = Number((await client.line()).split(' ')[1]);
  await client.ask('eat 300');
  const retired = await master.event('worker-retired', { pid });
  assert.match(retired.msg, /it uses \d+(\.\d+)? \w+, more than maxrss 250 ?M/);
  assert.equal(await client.ask('echo still served'), 'still served');
  await client.ask('bye');
  assert.equal((await master.event('exited', { pid })).how, 'exit 0');
  await master.settled('echo', { starting: 0, ready: 1, active: 1 });
  assert.equal(master.events('worker-retired').length, 1, 'the others are small enough');
});

test('idlekill: what a quiet interval did not need goes, down to prefork and no further', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1 idlekill=1s`),
  );
  const clients = await Promise.all([1, 2, 3, 4].map(() => master.client('echo')));
  for (const client of clients) await client.line();
  await master.settled('echo', { busy: 4, ready: 1, starting: 0 });
  await Promise.all(clients.map((client) => client.ask('bye')));
  await master.settled('echo', { active: 1, ready: 1, busy: 0, draining: 0 });
  const retired = master.events('worker-retired');
  assert.equal(retired.length, 4);
  assert.match(retired[0]?.msg ?? '', /not needed for 1 s \(idlekill\)/);
  assert.equal(master.events('spawned').length, 5, 'none was retired and started anew');
  await ledgerIsExact(master);
});

test('clientlimit=5: one worker serves five, the sixth client brings the second', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING} --multi=5" listen="127.0.0.1:0" clientlimit=5 maxchild=3`),
  );
  const clients = await Promise.all([1, 2, 3, 4, 5].map(() => master.client('echo')));
  for (const client of clients) await client.line();
  const { workers } = await master.settled('echo', { busy: 1, ready: 0, active: 1, connections: 5 });
  assert.deepEqual(
    workers.map(({ clients: held, uses }) => ({ held, uses })),
    [{ held: 5, uses: 5 }],
  );
  const sixth = await master.client('echo');
  await sixth.line();
  await master.settled('echo', { busy: 1, ready: 1, active: 2, connections: 6 });
  await clients[0]?.ask('bye');
  await master.settled('echo', { busy: 0, ready: 2, active: 2 });
  const held = (await master.service('echo')).workers.map((worker) => worker.clients).sort();
  assert.deepEqual(held, [1, 4]);
});
