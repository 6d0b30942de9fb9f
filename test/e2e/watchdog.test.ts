// A real master whose supervisor really stands still (--chaos stall): health, log, metrics and the service manager tell
// it with the stage, and its end. And one that was stopped as a whole, which is no stall.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { services } from './reckoning.ts';
import { startManager } from './service-manager.ts';
import { metric } from './support.ts';

const ON_DEMAND = services(`single cmd="${LEMMING}" listen="127.0.0.1:0"`);

test('a spawn that hangs: health is 503 with the stage, WATCHDOG=1 stops coming, and all of it recovers', async (t) => {
  const manager = startManager(t);
  const master = await startMaster(t, ON_DEMAND, {
    master: 'watchdog limit=5s',
    environment: {
      PREFORKD_ALLOW_CHAOS: '1',
      NOTIFY_SOCKET: manager.socket,
      WATCHDOG_USEC: '2000000',
    },
    runArguments: ['--chaos', 'stall=20000'],
  });
  await manager.hears(0, /^WATCHDOG=1$/);
  assert.equal((await master.get('/healthz')).status, 200);
  const client = await master.client('single');
  const stalled = await master.event('turn-stalled');
  assert.deepEqual([stalled.level, stalled.stage], ['error', 'spawn']);
  const pings = () => manager.heard().filter((message) => message === 'WATCHDOG=1').length;
  const before = pings();
  const said = /no turn was completed for .*: the supervisor has been in stage spawn for /;
  const why = master.cli('why', 'single');
  const [health, ready, page] = [
    await master.get('/healthz'),
    await master.get('/readyz'),
    await master.get('/metrics'),
  ];
  assert.deepEqual([health.status, ready.status], [503, 503]);
  assert.match(health.body, said);
  assert.match(ready.body, said);
  assert.equal(metric(page.body, 'preforkd_turn_stalled'), 1);
  await manager.hears(0, /^STATUS=no turn was completed/);
  assert.match((await why).stderr, /did not answer within 3 s: it has been in stage spawn for /);
  // The kernel keeps him meanwhile, and the first thing after the stall is that he is served.
  assert.notEqual(await client.line(), '');
  const silence = pings() - before;
  const resumed = await master.event('turn-resumed');
  assert.equal(resumed.stage, 'spawn');
  assert.ok(resumed.quietMs >= 5_000, String(resumed.quietMs));
  assert.ok(silence <= 1, `${silence} times vouched for a supervisor that stood still`);
  const from = manager.heard().length;
  await manager.hears(from, /^WATCHDOG=1$/);
  await master.until('health', async () => (await master.get('/healthz')).status === 200);
  assert.equal(metric((await master.get('/metrics')).body, 'preforkd_turn_stalled'), 0);
});

test('a master that was stopped as a whole for longer than the limit is no stall when it goes on', async (t) => {
  const master = await startMaster(t, ON_DEMAND, { master: 'watchdog limit=5s' });
  const { turns } = JSON.parse((await master.get('/api/status')).body).master as { turns: number };
  master.signal('SIGSTOP');
  // The one wait for a time: it is the time that must do no harm.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  master.signal('SIGCONT');
  await master.until('turns', async () => {
    const status = JSON.parse((await master.get('/api/status')).body) as { master: { turns: number } };
    return status.master.turns > turns + 3;
  });
  assert.equal((await master.get('/healthz')).status, 200);
  assert.deepEqual(master.events('turn-stalled'), []);
});
