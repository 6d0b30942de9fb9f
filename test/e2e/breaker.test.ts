// Workers that die before they served anybody: after five the breaker opens, one probe is tried after a pause that
// doubles, everything names the cause, other services notice nothing, and it recovers by itself. failures=cyrus is
// the rule of Cyrus instead.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LEMMING, LEMMING_SH, startMaster } from './harness.ts';
import { metric, ownDirectory, services } from './reckoning.ts';

test('a crash loop opens the breaker, is explained, spares its neighbours, and heals', async (t) => {
  const broken = join(ownDirectory(t), 'broken');
  writeFileSync(broken, '');
  const master = await startMaster(
    t,
    services(
      `sick cmd="${LEMMING} --crash-if=${broken} --stderr=no-mailboxes-here" listen="127.0.0.1:0" prefork=1`,
      `well cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`,
    ),
  );
  const neighbour = await master.client('well');
  await neighbour.line();

  const opened = await master.event('breaker-opened', { service: 'sick' });
  assert.deepEqual(
    [opened.failures, opened.retryInMs, opened.lastExit, opened.lastStderr],
    [5, 1000, 'exit 1', 'no-mailboxes-here'],
  );
  assert.equal(master.events('spawned', { service: 'sick' }).length, 5);
  const { stdout } = await master.cli('why', 'sick');
  assert.match(stdout, /died before they served anybody .*exit 1.*no-mailboxes-here.*next attempt in \d/);
  assert.equal((await master.service('sick')).state, 'breaker-open');

  await master.event('breaker-probing', { service: 'sick' });
  await master.event('breaker-opened', { service: 'sick', retryInMs: 2000 });
  assert.equal(master.events('spawned', { service: 'sick' }).length, 6, 'one probe, not five');

  rmSync(broken);
  const patient = await master.client('sick');
  assert.match(await patient.line(), /^lemming/);
  await master.event('breaker-closed', { service: 'sick' });
  await master.settled('sick', { state: 'running', busy: 1, ready: 1 });

  assert.equal(await neighbour.ask('echo still here'), 'still here');
  assert.deepEqual(master.events('exited', { service: 'well' }), []);
  assert.equal(await metric(master, 'preforkd_breaker_openings_total', 'service="sick"'), 2);
});

test('a worker that ends with 0 at once has not come up either', async (t) => {
  const master = await startMaster(
    t,
    services(`quick cmd="${LEMMING_SH} exit 0" listen="127.0.0.1:0" prefork=1`),
  );
  const opened = await master.event('breaker-opened', { service: 'quick' });
  assert.equal(opened.lastExit, 'exit 0');
});

test('failures=cyrus disables the service until a reload', async (t) => {
  const master = await startMaster(
    t,
    services(`sick cmd="${LEMMING_SH} stderr gone" listen="127.0.0.1:0" prefork=1 failures=cyrus`),
  );
  const disabled = await master.event('service-disabled');
  assert.match(disabled.msg, /too many failures for service sick\/ipv4, disabling until next SIGHUP/);
  const { state, why } = await master.settled('sick', { state: 'disabled', active: 0 });
  assert.equal(state, 'disabled');
  assert.match(why, /disabled after repeated failures .*last said "gone".*reload/);
  assert.equal(master.events('spawned').length, 5);

  const before = master.log.length;
  master.signal('SIGHUP');
  await master.event('reload-applied', {}, before);
  await master.event('spawned', {}, before);
  await master.event('service-disabled', {}, before);
});

test('failures=cyrus with babysit tries again every ten seconds', async (t) => {
  const master = await startMaster(
    t,
    services(`sick cmd="${LEMMING_SH} exit 1" listen="127.0.0.1:0" babysit=yes failures=cyrus`),
  );
  const opened = await master.event('breaker-opened');
  assert.equal(opened.retryInMs, 10_000);
  const { why } = await master.settled('sick', { state: 'breaker-open', prefork: 1 });
  assert.match(why, /next attempt in \d+\.\d s/);
});
