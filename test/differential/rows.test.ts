// Every row of what a drop-in must be right in has its scenarios, and every scenario has its row.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PARTS } from './rows.ts';
import { CHAPTERS } from './scenarios/index.ts';

const ROWS = PARTS.flatMap(({ rows }) => rows);
const SCENARIOS = new Set(CHAPTERS.flatMap(({ scenarios }) => scenarios.map(({ tells }) => tells)));

test('every row is shown by a scenario, or by a file that is there', () => {
  for (const { row, by = [], elsewhere } of ROWS) {
    assert.ok(by.length > 0 || elsewhere !== undefined, `nothing shows "${row}"`);
    for (const tells of by) assert.ok(SCENARIOS.has(tells), `"${row}" names no scenario: "${tells}"`);
    if (elsewhere === undefined) continue;
    const path = fileURLToPath(new URL(`../../${elsewhere}`, import.meta.url));
    assert.ok(existsSync(path), `"${row}" names no file: ${elsewhere}`);
  }
});

test('every scenario has its row', () => {
  const named = new Set(ROWS.flatMap(({ by = [] }) => by));
  assert.deepEqual(
    [...SCENARIOS].filter((tells) => !named.has(tells)),
    [],
  );
});
