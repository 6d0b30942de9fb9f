// Metrics: the catalog is sound, labels are checked, histograms become cumulative, and the page holds every service
// once under every metric.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createBoardReader } from '../../../src/plane/metrics/board-reader.ts';
import { CATALOG, checkLabels, type MetricDefinition } from '../../../src/plane/metrics/catalog.ts';
import { collect, histogramSamples, type Numbers } from '../../../src/plane/metrics/collect.ts';
import { createMetricsPage } from '../../../src/plane/metrics/exporter.ts';
import { createSlots } from '../../../src/plane/metrics/slots.ts';
import {
  BOARD_LENGTH,
  createScoreboard,
  MASTER_FIELD,
  observe,
  SERVICE_FIELD,
  scoreboardWriter,
  serviceView,
} from '../../../src/thread/scoreboard.ts';

const LABELS = { service: 'imap', family: 'ipv4', kind: 'service' };

function definition(name: string): MetricDefinition {
  const found = CATALOG.find((metric) => metric.name === name);
  assert.ok(found, name);
  return found;
}

function numbers(change: Partial<Numbers> = {}): Numbers {
  return {
    board: new Float64Array(BOARD_LENGTH),
    slots: [
      [0, LABELS],
      [1, { service: 'idled', family: '', kind: 'daemon' }],
    ],
    events: [[2, 'sweep']],
    usage: new Map(),
    plane: (value) =>
      value === 'build-info' ? { value: 1, labels: { version: '1', node: 'v20' } } : { value: 7 },
    ...change,
  };
}

describe('the catalog', () => {
  test('names each metric once, as Prometheus likes it', () => {
    assert.equal(new Set(CATALOG.map(({ name }) => name)).size, CATALOG.length);
    for (const { name, type, help } of CATALOG) {
      assert.match(name, /^(preforkd|process)_[a-z_]+$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      assert.match(help, /^[A-Z].*\.$/, name);
    }
  });

  test('every metric can be collected', () => {
    for (const metric of CATALOG) assert.ok(collect(metric, numbers()).length > 0, metric.name);
  });

  test('labels are checked: missing, unknown, and out of range', () => {
    const exits = definition('preforkd_exits_total');
    assert.equal(checkLabels(exits, { ...LABELS, reason: 'clean' }), undefined);
    assert.match(checkLabels(exits, LABELS) ?? '', /misses its label reason/);
    assert.match(checkLabels(exits, { ...LABELS, reason: 'bored' }) ?? '', /cannot be 'bored'/);
    assert.match(checkLabels(exits, { ...LABELS, reason: 'clean', pid: '1' }) ?? '', /has no label pid/);
  });

  test('a sample with bad labels is a contradiction, not a silent series', () => {
    const bad = numbers({ slots: [[0, { ...LABELS, family: 'ipv5' }]] });
    assert.throws(() => collect(definition('preforkd_ready_workers'), bad), /ipv5/);
  });
});

describe('a histogram', () => {
  test('is cumulative, ends with +Inf, and has a sum and a count', () => {
    const view = new Float64Array(5);
    for (const value of [0.05, 0.2, 0.2, 9]) observe(view, 0, [0.1, 0.5, 1], value);
    const samples = histogramSamples('h', view, 0, [0.1, 0.5, 1], {});
    const lines = samples.map(({ metricName, labels, value }) => `${metricName} ${labels.le ?? ''} ${value}`);
    assert.deepEqual(lines, [
      'h_bucket 0.1 1',
      'h_bucket 0.5 3',
      'h_bucket 1 3',
      'h_bucket +Inf 4',
      'h_sum  9.45',
      'h_count  4',
    ]);
  });
});

describe('the page', () => {
  test('holds every service under every metric of services', async () => {
    const board = new Float64Array(BOARD_LENGTH);
    serviceView(board, 0)[SERVICE_FIELD.ready] = 2;
    serviceView(board, 1)[SERVICE_FIELD.ready] = 1;
    serviceView(board, 0)[SERVICE_FIELD.maxchild] = Number.POSITIVE_INFINITY;
    const page = await createMetricsPage(() => numbers({ board })).render();
    assert.match(page, /^preforkd_ready_workers\{service="imap",family="ipv4",kind="service"\} 2$/m);
    assert.match(page, /^preforkd_ready_workers\{service="idled",family="",kind="daemon"\} 1$/m);
    assert.match(page, /^preforkd_maxchild_workers\{service="imap".*\} \+Inf$/m);
    for (const { name, labels } of CATALOG.filter((metric) => metric.labels.includes('service'))) {
      assert.match(page, new RegExp(`^${name}(_bucket)?\\{service="idled"`, 'm'), `${name} ${labels}`);
    }
  });

  test('is free of series of a service that was removed', () => {
    const slots = createSlots();
    const subject = { owner: 'service', service: 'imap', family: 'ipv4', at: 0 } as const;
    slots.learn({ kind: 'slot-taken', ...subject, slot: 3 });
    assert.deepEqual(slots.all(), [[3, LABELS]]);
    slots.learn({ kind: 'slot-freed', ...subject, slot: 3 });
    assert.deepEqual(slots.all(), []);
  });
});

describe('the copy of the scoreboard', () => {
  test('is kept while the writer is at work: old numbers rather than torn ones', () => {
    const shared = createScoreboard();
    const writer = scoreboardWriter(shared);
    const reader = createBoardReader(shared);
    const board = new Float64Array(BOARD_LENGTH);
    board[MASTER_FIELD.turns] = 5;
    writer.copy(board, 0);
    assert.equal(reader.read()[MASTER_FIELD.turns], 5);
    writer.begin();
    board[MASTER_FIELD.turns] = 6;
    writer.copy(board, 0);
    assert.equal(reader.read()[MASTER_FIELD.turns], 5);
    writer.end();
    assert.equal(reader.read()[MASTER_FIELD.turns], 6);
  });

  test('says how long ago the last turn was', () => {
    const shared = createScoreboard();
    const reader = createBoardReader(shared, () => 5_000);
    assert.equal(reader.ageMs(), Number.POSITIVE_INFINITY);
    const board = new Float64Array(BOARD_LENGTH);
    board[MASTER_FIELD.lastTurnAt] = 3_500;
    scoreboardWriter(shared).copy(board, 0);
    assert.equal(reader.ageMs(), 1_500);
  });
});
