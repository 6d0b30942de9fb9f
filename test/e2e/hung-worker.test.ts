// Workers that hang: told to finish and deaf, never ready, or asleep while clients wait. Each has a deadline, after
// which it is killed, reported by what it missed, and replaced.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive, LEMMING, LEMMING_SH, startMaster } from './harness.ts';
import { services } from './reckoning.ts';

const STOPLIMIT_MS = 200;

test('an idle worker that ignores the SIGHUP of a reload is killed at its stop limit', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING} --ignore-hup" listen="127.0.0.1:0" prefork=1 stoplimit=300ms`),
  );
  const { workers } = await master.settled('echo', { starting: 0, ready: 1 });
  const pid = workers[0]?.pid;
  master.signal('SIGHUP');
  await master.event('worker-retired', { pid, signal: 'SIGHUP', why: 'reload' });
  const killed = await master.event('worker-killed', { pid });
  assert.match(killed.msg, /killed with SIGKILL: still there after its stop limit \(reload\)/);
  const { how, reason } = await master.event('exited', { pid });
  assert.deepEqual({ how, reason }, { how: 'signal SIGKILL', reason: 'stop-limit' });
  await master.settled('echo', { starting: 0, ready: 1, active: 1, draining: 0, state: 'running' });
});

test('a removed service is gone for good, deaf workers included', async (t) => {
  const deaf = `deaf cmd="${LEMMING} --ignore-hup" listen="127.0.0.1:0" prefork=2 stoplimit=300ms`;
  const echo = `echo cmd="${LEMMING}" listen="127.0.0.1:0"`;
  const master = await startMaster(t, services(deaf, echo));
  const { workers } = await master.settled('deaf', { starting: 0, ready: 2 });
  master.rewrite(services(echo));
  assert.equal((await master.cli('reload', '--wait')).code, 0);
  await master.event('slot-freed', { service: 'deaf' });
  await master.until('a status without it', async () => (await master.services()).length === 1);
  assert.deepEqual(
    workers.filter(({ pid }) => isAlive(pid)),
    [],
  );
});

test('a busy worker that hangs does not hold up the end of the master', async (t) => {
  const master = await startMaster(t, services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" stoplimit=300ms`));
  const client = await master.client('echo');
  const pid = Number((await client.line()).split(' ')[1]);
  await client.ask('hang');
  assert.equal(await master.stop(), 0);
  assert.ok(master.events('worker-killed', { pid, signal: 'SIGKILL' }).length > 0);
  assert.equal(isAlive(pid), false);
});

test('a worker with a client survives reloads and its stop limit, until its client has gone', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1 stoplimit=${STOPLIMIT_MS}ms`),
  );
  const client = await master.client('echo');
  const busy = Number((await client.line()).split(' ')[1]);
  await client.ask('hold');
  const { workers } = await master.settled('echo', { starting: 0, ready: 1, busy: 1 });
  const idle = workers.find(({ pid }) => pid !== busy)?.pid;
  master.signal('SIGHUP');
  await master.event('exited', { pid: idle });
  await master.settled('echo', { starting: 0, ready: 1, draining: 1, active: 2 });
  const told = Date.parse((await master.event('worker-retired', { pid: busy })).time as string);
  await master.until('its stop limit to be over', () => Date.now() > told + 2 * STOPLIMIT_MS);
  await master.settled('echo', { draining: 1 });
  assert.equal(await client.ask('echo still served'), 'still served');
  await client.ask('bye');
  assert.equal((await master.event('exited', { pid: busy })).how, 'exit 0');
});

test('a systemd worker that never says READY=1 is killed at its start limit', async (t) => {
  const master = await startMaster(
    t,
    services(
      `mute cmd="${LEMMING} --systemd --never-ready" listen="127.0.0.1:0" prefork=1 protocol=systemd startlimit=300ms`,
    ),
  );
  const killed = await master.event('worker-killed');
  assert.match(killed.msg, /not ready within its start limit of 0\.3 s/);
  const { reason } = await master.event('exited', { pid: killed.pid });
  assert.equal(reason, 'start-limit');
  await master.event('breaker-opened');
});

test('a silent worker is left alone until it takes nobody while clients are queued', async (t) => {
  const master = await startMaster(
    t,
    services(`asleep cmd="${LEMMING_SH} sleep" listen="127.0.0.1:0" prefork=1 maxchild=1 startlimit=700ms`),
  );
  const { workers } = await master.settled('asleep', { starting: 0, ready: 1 });
  const pid = workers[0]?.pid;
  assert.deepEqual(master.events('worker-killed'), [], 'silence alone is no sign of trouble');
  await master.client('asleep');
  const killed = await master.event('worker-killed', { pid });
  assert.match(killed.msg, /took nobody in \d+ s while clients were queued/);
  assert.equal((await master.event('exited', { pid })).reason, 'start-limit');
});
