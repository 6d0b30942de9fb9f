// The two formats of /metrics: who gets which, that OpenMetrics' rules are kept, and that both hold the same series, never
// more than the documentation says.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { prefersOpenMetrics } from '../../../src/plane/metrics/accept.ts';
import { CATALOG } from '../../../src/plane/metrics/catalog.ts';
import type { Numbers } from '../../../src/plane/metrics/collect.ts';
import { createMetricsPage } from '../../../src/plane/metrics/exporter.ts';
import { seriesMax } from '../../../src/plane/metrics/series.ts';
import { BOARD_LENGTH } from '../../../src/thread/scoreboard.ts';

/** What Prometheus sends: 2.42 of Debian, and 3. */
const PROMETHEUS = [
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
];

describe('OpenMetrics is served', () => {
  for (const accept of [
    ...PROMETHEUS,
    'application/openmetrics-text',
    'APPLICATION/OpenMetrics-Text ; Version="1.0.0"',
    'text/plain, application/openmetrics-text',
  ])
    test(`to ${accept}`, () => assert.equal(prefersOpenMetrics(accept), true));

  for (const accept of [
    undefined,
    '',
    '*/*',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'text/plain;version=0.0.4;q=1,*/*;q=0.1',
    'application/openmetrics-text;version=0.0.1',
    'application/openmetrics-text;version=2.0.0',
    'application/openmetrics-text;q=0',
    'application/openmetrics-text;q=0.2,text/plain;q=0.5',
    'application/openmetrics-text;q=nonsense',
    ';;;,,,=,q=1',
  ])
    test(`not to ${accept}`, () => assert.equal(prefersOpenMetrics(accept), false));
});

const NUMBERS: Numbers = {
  board: new Float64Array(BOARD_LENGTH),
  slots: [
    [0, { service: 'imap', family: 'ipv4', kind: 'service' }],
    [1, { service: 'imap', family: 'ipv6', kind: 'service' }],
    [3, { service: 'lmtp', family: 'unix', kind: 'service' }],
    [4, { service: 'lmtp', family: 'ipv4', kind: 'service' }],
  ],
  events: [
    [2, 'sweep'],
    [5, 'expire'],
    [6, 'squat'],
  ],
  usage: new Map(),
  plane: (value) =>
    value === 'build-info' ? { value: 1, labels: { version: '1', node: 'v20' } } : { value: 7 },
};
const PAGE = createMetricsPage(() => NUMBERS);

/** Lines that are no comments, without their values. */
function series(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')));
}

describe('an OpenMetrics page', () => {
  test('names its type, has the same series as the plain one, and says where it ends', async () => {
    assert.equal(PAGE.openMetrics.contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    const page = await PAGE.openMetrics.render();
    assert.ok(page.endsWith('\n# EOF\n'));
    assert.deepEqual(series(page), series(await PAGE.render()));
  });

  test('has families of counters without _total, whose samples have it; and no empty line', async () => {
    const page = await PAGE.openMetrics.render();
    for (const { name, type } of CATALOG) {
      const family = type === 'counter' ? name.replace(/_total$/, '') : name;
      assert.match(page, new RegExp(`^# HELP ${family} \\S.*\n# TYPE ${family} ${type}\n${name}[_{ ]`, 'm'));
    }
    assert.doesNotMatch(page, /\n\n/);
    // Rendered twice: a registry that renames its metrics must not do so again.
    assert.equal(await PAGE.openMetrics.render(), page);
  });

  test('has no family whose name another one takes with a suffix', () => {
    const families = new Set(CATALOG.map(({ name }) => name.replace(/_total$/, '')));
    for (const { name, type } of CATALOG.filter((metric) => metric.type !== 'gauge')) {
      const family = name.replace(/_total$/, '');
      const suffixes =
        type === 'counter' ? ['_total', '_created'] : ['_bucket', '_sum', '_count', '_created'];
      for (const suffix of suffixes) assert.ok(!families.has(family + suffix), family + suffix);
    }
  });
});

test('a unit that Prometheus knows is in the name, before _total', () => {
  for (const { name, unit, type } of CATALOG) {
    const stem = name.replace(/_total$/, '');
    const known = ['seconds', 'bytes', 'cores'].find((each) => stem.endsWith(`_${each}`));
    const expected = ['seconds', 'bytes', 'cores'].includes(unit) ? unit : undefined;
    assert.equal(known, expected, `${name} (${type})`);
  }
});

test('help needs no escape in either format', () => {
  for (const { name, help } of CATALOG) assert.doesNotMatch(help, /["\\\n]/, name);
});

test('a scrape has as many series as the documentation says at most, where nothing is missing', async () => {
  const page = await PAGE.render();
  assert.equal(series(page).length, seriesMax({ services: 2, addresses: 2, events: 3 }));
  assert.equal(new Set(series(page)).size, series(page).length);
});
