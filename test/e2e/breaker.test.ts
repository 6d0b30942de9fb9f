// Workers that die before they served anybody: after five the breaker opens, one probe is tried after a pause that
// doubles, everything names the cause, other services notice nothing, and it recovers by itself. failures=cyrus is
// the rule of Cyrus instead.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, LEMMING, LEMMING_SH, type LogLine, type RunningMaster, startMaster } from './harness.ts';
import { metric, ownDirectory, services } from './reckoning.ts';
import { freePort } from './support.ts';

const CAUSE = /died before they served anybody \(last: pid \d+, exit 1, last said "no-mailboxes-here"\)/;

function spawnsBefore(master: RunningMaster, line: LogLine): number {
  const before = master.log.slice(0, master.log.indexOf(line));
  return before.filter(({ event, service }) => event === 'spawned' && service === 'sick').length;
}

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
  assert.equal(spawnsBefore(master, opened), 5);
  assert.match((await master.cli('why', 'sick')).stdout, CAUSE);

  await master.event('breaker-probing', { service: 'sick' });
  const again = await master.event('breaker-opened', { service: 'sick', retryInMs: 2000 });
  assert.equal(spawnsBefore(master, again), 6, 'one probe, not five');
  const { why } = await master.settled('sick', { state: 'breaker-open' });
  assert.match(why, CAUSE);
  assert.match(why, /next attempt in \d+\.\d s/);

  rmSync(broken);
  const patient = await master.client('sick');
  assert.match(await patient.line(), /^lemming/);
  await master.event('breaker-closed', { service: 'sick' });
  await master.settled('sick', { state: 'running', busy: 1, ready: 1 });

  assert.equal(await neighbour.ask('echo still here'), 'still here');
  assert.deepEqual(master.events('exited', { service: 'well' }), []);
  const openings = master.events('breaker-opened').length;
  assert.equal(await metric(master, 'preforkd_breaker_openings_total', 'service="sick"'), openings);
});

test('a worker that ends with 0 at once has not come up either', async (t) => {
  const master = await startMaster(
    t,
    services(`quick cmd="${LEMMING_SH} exit 0" listen="127.0.0.1:0" prefork=1`),
  );
  const opened = await master.event('breaker-opened', { service: 'quick' });
  assert.equal(opened.lastExit, 'exit 0');
});

test('failures=cyrus disables the service: clients are refused until a reload', async (t) => {
  const directory = ownDirectory(t);
  const broken = join(directory, 'broken');
  const path = join(directory, 'sick.sock');
  writeFileSync(broken, '');
  const port = await freePort();
  const sick = `cmd="${LEMMING} --crash-if=${broken} --stderr=gone" prefork=1 failures=cyrus`;
  const master = await startMaster(
    t,
    services(`tcp ${sick} listen="127.0.0.1:${port}"`, `unix ${sick} listen="${path}"`),
  );
  const where = { tcp: { host: '127.0.0.1', port }, unix: { path } };
  for (const [service, family] of [
    ['tcp', 'ipv4'],
    ['unix', 'unix'],
  ] as const) {
    const disabled = await master.event('service-disabled', { service });
    assert.equal(
      disabled.msg,
      `too many failures for service ${service}/${family}, disabling until next SIGHUP`,
    );
    const { why } = await master.settled(service, { state: 'disabled', active: 0 });
    assert.match(why, /disabled after repeated failures .*last said "gone".*clients are refused.*reload/);
    assert.equal(master.events('spawned', { service }).length, 5);
    await assert.rejects(Client.connect(where[service]), { code: 'ECONNREFUSED' });
  }
  const ready = await master.get('/readyz');
  assert.equal(ready.status, 503);
  assert.match(ready.body, /tcp \(disabled\), unix \(disabled\)/);

  rmSync(broken);
  const before = master.log.length;
  master.signal('SIGHUP');
  for (const service of ['tcp', 'unix'] as const) {
    await master.event('spawned', { service }, before);
    assert.match(await (await Client.connect(where[service])).line(), /^lemming/);
    await master.settled(service, { state: 'running', busy: 1, ready: 1 });
  }
});

test('failures=cyrus: whoever lives when the service is disabled serves on, and a reload finds it disabled again', async (t) => {
  const broken = join(ownDirectory(t), 'broken');
  const port = await freePort();
  const master = await startMaster(
    t,
    services(
      `sick cmd="${LEMMING} --crash-if=${broken}" listen="127.0.0.1:${port}" prefork=1 failures=cyrus`,
    ),
  );
  const survivor = await master.client('sick');
  await survivor.line();
  const { workers } = await master.settled('sick', { busy: 1, ready: 1, starting: 0 });
  writeFileSync(broken, '');
  for (const { pid, state } of workers) if (state === 'ready') process.kill(pid, 'SIGKILL');
  await master.event('service-disabled');
  assert.equal(await survivor.ask('echo still here'), 'still here');
  await survivor.ask('bye');
  await master.settled('sick', { state: 'disabled', ready: 1 });
  const next = await master.client('sick');
  assert.match(await next.line(), /^lemming/, 'by the same worker');
  await next.ask('exit 1');
  await master.settled('sick', { active: 0 });
  await assert.rejects(Client.connect({ host: '127.0.0.1', port }), { code: 'ECONNREFUSED' });

  const before = master.log.length;
  master.signal('SIGHUP');
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
