// The dashboards and rules ask only for metrics that exist, with labels that these have; panels do not lie on each
// other; each says which question it answers. That the JSON equals its source is the business of golden/docs.test.ts.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { wrongMetrics } from './support/metrics-asked.ts';
import { ROOT } from './support/tree.ts';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly multi: boolean }[] };
}

const FOLDER = `${ROOT}grafana/dashboards/`;
const DASHBOARDS: readonly Dashboard[] = readdirSync(FOLDER).map((name) =>
  JSON.parse(readFileSync(FOLDER + name, 'utf8')),
);

test('there are three dashboards, which do not take each other’s place', () => {
  assert.equal(new Set(DASHBOARDS.map(({ uid }) => uid)).size, 3);
});

describe('the dashboard', () => {
  for (const { title, panels, templating } of DASHBOARDS) {
    const seen = panels.filter(({ type }) => type !== 'row');

    test(`${title}: asks for metrics and labels of the catalog`, () => {
      const expressions = seen.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
      assert.ok(expressions.length > 10, 'the expressions were found');
      assert.deepEqual(expressions.flatMap(wrongMetrics), []);
    });

    test(`${title}: no panel hides another, or leaves the grid`, () => {
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
      );
      assert.equal(new Set(cells).size, cells.length);
      assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
    });

    test(`${title}: every panel says what it answers, and in which unit`, () => {
      const silent = seen.filter(
        ({ description = '', fieldConfig }) => !/[?.]/.test(description) || !fieldConfig?.defaults.unit,
      );
      assert.deepEqual(silent, []);
    });

    test(`${title}: a fleet is one dashboard`, () => {
      const several = new Map(templating.list.map(({ name, multi }) => [name, multi]));
      assert.deepEqual(
        ['datasource', 'instance', 'service'].map((name) => several.get(name)),
        [false, true, true],
      );
    });
  }
});

describe('the rule fires', () => {
  for (const bad of ['sum(preforkd_nothing)', 'preforkd_turns_total{service="a"}', 'preforkd_turn_seconds']) {
    test(`on ${bad}`, () => assert.equal(wrongMetrics(bad).length, 1));
  }

  test('not on what there is', () => {
    assert.deepEqual(wrongMetrics('rate(preforkd_turn_seconds_bucket{instance="a",le="1"}[5m])'), []);
  });
});
