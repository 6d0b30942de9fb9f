// The metrics of Cyrus's master beside ours: their names, labels and figures, only where they are asked for.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EVENT_SAMPLES } from '../../../scripts/lib/event-samples.ts';
import type { Fact } from '../../../src/core/facts.ts';
import type { MasterSpec } from '../../../src/core/spec.ts';
import type { Numbers } from '../../../src/plane/metrics/collect.ts';
import { createCyrusMetrics } from '../../../src/plane/metrics/cyrus.ts';
import { createMetricsPage } from '../../../src/plane/metrics/exporter.ts';
import { BOARD_LENGTH, SERVICE_FIELD, serviceView } from '../../../src/thread/scoreboard.ts';

const SPEC = {
  services: [{ name: 'imap', maxforkrate: Number.POSITIVE_INFINITY }],
  daemons: [{ name: 'idled', maxforkrate: 10 }],
} as unknown as MasterSpec;

const NAMES = [
  'ready_workers',
  'forks_total',
  'active_children',
  'max_children',
  'forks_per_second',
  'max_forks_per_second',
  'ready_fails_total',
].map((name) => `cyrus_master_${name}`);

const exited = (change: Record<string, unknown> = {}): Fact =>
  ({ kind: 'exited', at: 0, ...EVENT_SAMPLES.exited, ...change }) as Fact;

function cyrus() {
  const board = new Float64Array(BOARD_LENGTH);
  let now = 0;
  const made = createCyrusMetrics(() => now);
  const numbers: Numbers = {
    board,
    slots: [
      [0, { service: 'imap', family: 'ipv4', kind: 'service' }],
      [1, { service: 'idled', family: '', kind: 'daemon' }],
    ],
    events: [],
    usage: undefined,
    plane: (value) =>
      value === 'build-info' ? { value: 1, labels: { version: '1', node: 'v20' } } : { value: 7 },
  };
  const metrics = createMetricsPage(
    () => numbers,
    (ofThisPage) => made.metrics(ofThisPage, () => SPEC),
  );
  return {
    imap: serviceView(board, 0),
    learn: made.learn,
    page: metrics.render,
    at: (milliseconds: number) => {
      now = milliseconds;
    },
  };
}

function value(page: string, name: string, service = 'imap', family = 'ipv4'): string | undefined {
  const series = `cyrus_master_${name}{service="${service}",family="${family}"} `;
  return page
    .split('\n')
    .find((line) => line.startsWith(series))
    ?.slice(series.length);
}

describe("the metrics of Cyrus's master", () => {
  test('have its names and labels, a type and a help, and stand beside ours', async () => {
    const page = await cyrus().page();
    for (const name of NAMES) {
      const type = name.endsWith('_total') ? 'counter' : 'gauge';
      assert.match(page, new RegExp(`^# HELP ${name} [A-Z].*\\.$`, 'm'));
      assert.match(page, new RegExp(`^# TYPE ${name} ${type}$`, 'm'));
      assert.match(page, new RegExp(`^${name}\\{service="imap",family="ipv4"\\} \\d`, 'm'));
      assert.match(page, new RegExp(`^${name}\\{service="idled",family="daemon"\\} \\d`, 'm'));
    }
    assert.match(page, /^preforkd_ready_workers\{/m);
  });

  test('have the figures of the scoreboard and of the configuration; unlimited is what Cyrus writes', async () => {
    const { imap, page } = cyrus();
    imap[SERVICE_FIELD.ready] = 2;
    imap[SERVICE_FIELD.spawns] = 9;
    imap[SERVICE_FIELD.active] = 3;
    imap[SERVICE_FIELD.maxchild] = Number.POSITIVE_INFINITY;
    const text = await page();
    assert.equal(value(text, 'ready_workers'), '2');
    assert.equal(value(text, 'forks_total'), '9');
    assert.equal(value(text, 'active_children'), '3');
    assert.equal(value(text, 'max_children'), '2147483647');
    assert.equal(value(text, 'max_forks_per_second'), '0');
    assert.equal(value(text, 'max_forks_per_second', 'idled', 'daemon'), '10');
  });

  test('count failures in ready state alone, until the service is removed', async () => {
    const { learn, page } = cyrus();
    learn(exited());
    learn(exited({ state: 'starting' }));
    learn(exited({ state: 'busy' }));
    learn(exited({ expected: true }));
    assert.equal(value(await page(), 'ready_fails_total'), '2');
    learn({ kind: 'slot-freed', at: 0, owner: 'service', service: 'imap', family: 'ipv4', slot: 0 });
    assert.equal(value(await page(), 'ready_fails_total'), '0');
  });

  test('estimate the fork rate from scrape to scrape', async () => {
    const { imap, page, at } = cyrus();
    imap[SERVICE_FIELD.spawns] = 100;
    assert.equal(value(await page(), 'forks_per_second'), '0');
    imap[SERVICE_FIELD.spawns] = 108;
    at(1_000);
    assert.equal(value(await page(), 'forks_per_second'), '4');
    at(2_000);
    assert.equal(value(await page(), 'forks_per_second'), '2');
    assert.equal(
      value(await page(), 'forks_per_second'),
      '2',
      'a second look at the same time changes nothing',
    );
  });
});
