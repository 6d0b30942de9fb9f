// Workers that die in mid-life: of their own fault while they serve, or killed by somebody else. Reported, replaced,
// and no failure of the service: the breaker stays closed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { ledgerIsExact, metric, services } from './reckoning.ts';

const ECHO = `echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`;

test('a crash while busy closes the connection, is reported with the last words, and refilled', async (t) => {
  const master = await startMaster(t, services(ECHO));
  const client = await master.client('echo');
  const pid = Number((await client.line()).split(' ')[1]);
  client.send('crash');
  await client.gone();
  const { state, reason, how, lastStderr, expected, level } = await master.event('exited', { pid });
  assert.deepEqual(
    { state, reason, how, lastStderr, expected, level },
    {
      state: 'busy',
      reason: 'failure',
      how: 'exit 1',
      lastStderr: 'lemming: crashes on command',
      expected: false,
      level: 'warn',
    },
  );
  await master.settled('echo', { starting: 0, ready: 1, busy: 0, active: 1 });
  await ledgerIsExact(master);
});

test('crashes while busy do not open the breaker, however many', async (t) => {
  const master = await startMaster(t, services(`${ECHO} prefork=3`.replace('prefork=1 ', '')));
  for (let crash = 0; crash < 7; crash += 1) {
    const client = await master.client('echo');
    await client.line();
    client.send('crash');
    await client.gone();
  }
  await master.settled('echo', { starting: 0, ready: 3, busy: 0, state: 'running' });
  assert.equal(await metric(master, 'preforkd_exits_total', 'reason="failure"'), 7);
  assert.deepEqual(master.events('breaker-opened'), []);
});

for (const signal of ['SIGKILL', 'SIGSEGV'] as const) {
  test(`a worker that somebody ends with ${signal} is reported and replaced`, async (t) => {
    const master = await startMaster(t, services(ECHO));
    const { workers } = await master.settled('echo', { starting: 0, ready: 1 });
    const pid = workers[0]?.pid;
    assert.ok(pid);
    process.kill(pid, signal);
    const { how, reason, expected } = await master.event('exited', { pid });
    assert.deepEqual(
      { how, reason, expected },
      { how: `signal ${signal}`, reason: 'signal', expected: false },
    );
    await master.settled('echo', { starting: 0, ready: 1, active: 1, spawns: 2 });
    assert.equal(await metric(master, 'preforkd_exits_total', 'reason="signal"'), 1);
  });
}
