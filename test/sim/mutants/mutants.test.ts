// The simulator proves that it can find bugs: every planted fault of the table still fits the source.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { misfits } from './plant.ts';
import { MUTANTS } from './table.ts';

describe('planted faults', () => {
  test('every one fits the source exactly once', () => {
    assert.deepEqual(MUTANTS.flatMap(misfits), []);
  });

  test('every one has a name of its own', () => {
    const names = MUTANTS.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
  });
});
