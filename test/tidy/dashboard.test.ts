// The dashboard asks only for metrics that exist, and its panels do not lie on each other.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CATALOG } from '../../src/plane/metrics/catalog.ts';
import { ROOT } from './support/tree.ts';

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

const dashboard: { panels: readonly Panel[] } = JSON.parse(
  readFileSync(`${ROOT}grafana/overview.json`, 'utf8'),
);

test('every metric of the dashboard is in the catalog', () => {
  const known = new Set(CATALOG.map(({ name }) => name));
  const asked = dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(?:preforkd|process)_\w+/g) ?? []),
  );
  assert.ok(asked.length > 10, 'the expressions were found');
  assert.deepEqual(
    asked.filter((name) => !known.has(name.replace(/_bucket$/, ''))),
    [],
  );
});

test('no panel of the dashboard hides another', () => {
  const cells = dashboard.panels.flatMap(({ title, gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => ({
      title,
      cell: `${x + (index % w)},${y + Math.floor(index / w)}`,
    })),
  );
  const hidden = cells.filter(({ title, cell }) =>
    cells.some((other) => other.cell === cell && other.title !== title),
  );
  assert.deepEqual(hidden, []);
});
