// What a running master shows: /metrics against /api/status, health and readiness, and the log (JSON lines, a file as
// its destination, a level that a reload changes).

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, LEMMING, type LogLine, startMaster, until } from './harness.ts';
import { metric } from './support.ts';

const BODY = `SERVICES {
  one cmd="${LEMMING}" listen="127.0.0.1:0" prefork=2 maxchild=5
  two cmd="${LEMMING}" listen="./two.sock" prefork=1
}
EVENTS {
  once cmd="/bin/true" period=60
}`;

describe('/metrics', () => {
  test('has every metric that is promised', async (t) => {
    const master = await startMaster(t, BODY);
    const page = (await master.get('/metrics')).body;
    const promised = `ready_workers starting_workers busy_workers active_workers queue_length queue_limit spawns_total
      exits_total connections_total spawn_blocked_total startup_seconds_bucket turn_seconds_bucket stage_seconds_bucket
      interruptions_total accounting_drift_total event_runs_total reloads_total reloads_refused_total build_info`;
    for (const name of promised.split(/\s+/)) {
      assert.match(page, new RegExp(`^preforkd_${name}[{ ]`, 'm'), name);
      assert.match(page, new RegExp(`^# HELP preforkd_${name.replace(/_bucket$/, '')} `, 'm'), name);
    }
    for (const stage of ['poll', 'messages', 'reap', 'commands', 'schedule', 'spawn', 'interest', 'publish'])
      metric(page, 'preforkd_stage_seconds_count', { stage });
  });

  test('agrees with /api/status at rest', async (t) => {
    const master = await startMaster(t, BODY);
    const client = await master.client('one');
    await client.line();
    const other = await master.client('one');
    await other.line();
    await other.ask('bye');
    await master.settled('one', { busy: 1, starting: 0, queue: 0, connections: 2 });
    await master.settled('two', { starting: 0 });
    await until('the event to have run', () => master.events('job-finished').length === 1);
    const page = (await master.get('/metrics')).body;
    for (const service of await master.services()) {
      const of = { service: service.name, family: service.family };
      const shown = {
        ready: metric(page, 'preforkd_ready_workers', of),
        starting: metric(page, 'preforkd_starting_workers', of),
        busy: metric(page, 'preforkd_busy_workers', of),
        draining: metric(page, 'preforkd_draining_workers', of),
        active: metric(page, 'preforkd_active_workers', of),
        queue: metric(page, 'preforkd_queue_length', of),
        queueLimit: metric(page, 'preforkd_queue_limit', of),
        connections: metric(page, 'preforkd_connections_total', of),
        spawns: metric(page, 'preforkd_spawns_total', of),
        prefork: metric(page, 'preforkd_prefork_workers', of),
      };
      for (const [name, value] of Object.entries(shown)) {
        assert.equal(value, service[name as keyof typeof service], `${service.name} ${name}`);
      }
      // On a busy machine a worker is presumed to be up before it says so: that start is not measured.
      assert.ok(metric(page, 'preforkd_startup_seconds_count', of) >= 0);
    }
    assert.equal(metric(page, 'preforkd_event_runs_total', { event: 'once' }), 1);
    assert.equal(metric(page, 'preforkd_maxchild_workers', { service: 'two' }), Number.POSITIVE_INFINITY);
    assert.equal(metric(page, 'preforkd_build_info'), 1);
  });

  test('exits are told apart by reason', async (t) => {
    const master = await startMaster(t, BODY);
    const count = async (reason: string) =>
      metric((await master.get('/metrics')).body, 'preforkd_exits_total', { service: 'one', reason });
    for (const [command, reason] of [
      ['exit 0', 'clean'],
      ['exit 75', 'tempfail'],
      ['crash', 'failure'],
      ['signal SIGSEGV', 'signal'],
    ] as const) {
      const client = await master.client('one');
      await client.line();
      client.send(command);
      await client.gone();
      await until(`one exit by ${reason}`, async () => (await count(reason)) === 1);
    }
  });
});

test('/readyz tells starting, ready and stopping apart; /healthz says ok all the time', async (t) => {
  const body = `DAEMON {\n  slow cmd="${LEMMING} --daemon --wait --slow-start=700" wait=yes\n}
SERVICES {\n  stuck cmd="${LEMMING} --ignore-term" listen="127.0.0.1:0" prefork=1 stoplimit=2s\n}`;
  const master = await startMaster(t, body, { unready: true });
  const starting = await master.get('/readyz');
  assert.deepEqual([starting.status, starting.body], [503, 'not ready: the master is starting\n']);
  await master.event('master-ready');
  await until('readiness', async () => (await master.get('/readyz')).status === 200);
  await master.settled('stuck', { ready: 1, starting: 0 });
  master.signal('SIGTERM');
  await master.event('stopping');
  await until(
    'it to be said',
    async () => (await master.get('/readyz')).body === 'not ready: the master is stopping\n',
  );
  assert.deepEqual(await master.get('/healthz'), { status: 200, body: 'ok\n' });
  assert.equal((await master.ended()).code, 0);
});

describe('the log', () => {
  test('is JSON lines, each with its event, level, time and sentence', async (t) => {
    const master = await startMaster(t, BODY);
    const client = await master.client('one');
    await client.line();
    client.send('crash');
    const exited = await master.event('exited', { service: 'one', how: 'exit 1' });
    assert.match(exited.msg, /ended while busy.*last words: lemming: crashes on command/);
    assert.equal((await master.event('output', { pid: exited.pid, stream: 'stderr' })).service, 'one');
    await master.stop();
    assert.ok(master.log.length > 10);
    for (const line of master.log) {
      assert.match(line.event, /^[a-z-]+$/);
      assert.match(line.level, /^(trace|debug|info|warn|error|fatal)$/);
      assert.ok(!Number.isNaN(Date.parse(String(line.time))), `time of ${JSON.stringify(line)}`);
      assert.ok(line.msg.length > 0);
    }
  });

  test('goes to a file when it is told so, and nothing to stdout', async (t) => {
    const options = { unready: true, logDestination: './the.log', logLevel: 'info' } as const;
    const master = await startMaster(t, BODY, options);
    const file = join(master.directory, 'the.log');
    const lines = () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line) as LogLine)
        : [];
    await until('the file to say that the master is ready', () =>
      lines().some(({ event }) => event === 'master-ready'),
    );
    assert.deepEqual(master.log, []);
    assert.equal(await master.stop(), 0);
    assert.equal(lines().at(-1)?.event, 'stopped');
    assert.ok(lines().every(({ level }) => level !== 'debug' && level !== 'trace'));
  });

  test('its level follows a reload', async (t) => {
    const master = await startMaster(t, BODY, { logLevel: 'warn', unready: true });
    await until('the service', () => existsSync(join(master.directory, 'two.sock')));
    assert.deepEqual(master.events('listening'), []);
    master.rewrite(BODY);
    master.signal('SIGHUP');
    assert.match((await master.event('log-level')).msg, /log level warn becomes trace/);
    // A worker that the reload has told to finish may still take a client, and is not told of as busy.
    await master.until('a busy one in the log', async () => {
      const client = await Client.connect({ path: join(master.directory, 'two.sock') });
      await client.line();
      client.socket.destroy();
      return master.events('worker-busy', { service: 'two' }).length > 0;
    });
  });
});
