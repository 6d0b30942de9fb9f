// A real scrape: every metric of the catalog is there, in no more series than the documentation says; promtool has nothing
// to complain of; Prometheus is given OpenMetrics text; and what workers, samples and the kernel tell arrives.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { CATALOG } from '../../src/plane/metrics/catalog.ts';
import { seriesMax } from '../../src/plane/metrics/series.ts';
import { LEMMING, startMaster, until } from './harness.ts';
import { ECHO, metric } from './support.ts';

const NO_PROMTOOL =
  spawnSync('promtool', ['--version']).error === undefined
    ? false
    : "there is no promtool here (Debian's package prometheus has it)";

const MASTER = { master: 'sampling interval=1s' };

const BODY = `SERVICES {
  echo cmd="${ECHO}" listen="127.0.0.1:0" prefork=1 maxchild=3
  two cmd="${LEMMING}" listen="./two.sock" prefork=1
}
DAEMON {
  idle cmd="${LEMMING} --daemon"
}
EVENTS {
  once cmd="/bin/true" period=60
}`;

test('every metric of the catalog is on a real page, and no more series than are stated', async (t) => {
  const master = await startMaster(t, BODY, MASTER);
  const page = await until('a page with samples', async () => {
    const { body } = await master.get('/metrics');
    return body.includes('preforkd_workers_memory_bytes{') ? body : undefined;
  });
  for (const { name } of CATALOG) assert.match(page, new RegExp(`^${name}(_bucket)?[{ ]`, 'm'), name);
  const series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  // Three of one address each, so that the bound is reached to the last.
  assert.equal(series.length, seriesMax({ services: 3, addresses: 1, events: 1 }));
});

test('promtool finds nothing to complain of', { skip: NO_PROMTOOL }, async (t) => {
  const master = await startMaster(t, BODY, MASTER);
  const page = await until('a page with samples', async () => {
    const { body } = await master.get('/metrics');
    return body.includes('preforkd_workers_memory_bytes{') ? body : undefined;
  });
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('who waits for a file lock, how long a client waited and what events did are told', async (t) => {
  const master = await startMaster(
    t,
    `SERVICES {
  echo cmd="${ECHO}" listen="127.0.0.1:0" prefork=1
  locked cmd="/usr/bin/flock ./lock /bin/sleep 600" listen="127.0.0.1:0" prefork=2
}
EVENTS {
  once cmd="/bin/false" period=60
}`,
    MASTER,
  );
  const client = await master.client('echo');
  await client.ask('hello');
  const page = await until('one of two that waits', async () => {
    const { body } = await master.get('/metrics');
    const waiting = (name: string) => metric(body, 'preforkd_lock_waiting_workers', { service: name });
    const complete =
      body.includes('preforkd_lock_waiting_workers{') &&
      waiting('locked') === 1 &&
      waiting('echo') === 0 &&
      metric(body, 'preforkd_queue_wait_seconds_count', { service: 'echo' }) === 1 &&
      metric(body, 'preforkd_event_failures_total', { event: 'once' }) === 1;
    return complete ? body : undefined;
  });
  const memory = (name: string) => metric(page, name, { service: 'locked' });
  const [sum, most] = [memory('preforkd_workers_memory_bytes'), memory('preforkd_worker_memory_max_bytes')];
  assert.ok(most > 0 && sum >= most && sum <= 2 * most, `${sum} ${most}`);
  assert.equal(metric(page, 'preforkd_event_last_success_timestamp_seconds', { event: 'once' }), 0);
  assert.ok(metric(page, 'preforkd_event_next_due_timestamp_seconds', { event: 'once' }) > Date.now() / 1000);
  assert.equal(metric(page, 'preforkd_config_last_reload_successful'), 1);
  client.socket.destroy();
});

test('the last reload is told: that it was refused, and when one last took effect', async (t) => {
  const master = await startMaster(t, BODY, MASTER);
  const result = async () => {
    const { body } = await master.get('/metrics');
    return [
      metric(body, 'preforkd_config_last_reload_successful'),
      metric(body, 'preforkd_config_last_reload_success_timestamp_seconds'),
    ] as const;
  };
  const [, first = 0] = await result();
  master.rewrite('SERVICES {\n  broken\n}', MASTER);
  assert.notEqual((await master.cli('reload', '--wait')).code, 0);
  assert.deepEqual(await result(), [0, first]);
  master.rewrite(BODY, MASTER);
  assert.equal((await master.cli('reload', '--wait')).code, 0);
  const [successful, second = 0] = await result();
  assert.equal(successful, 1);
  assert.ok(second > first);
});
