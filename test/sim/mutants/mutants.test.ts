// The simulator proves that it can find bugs: every planted fault still fits the source, and the seed that the last hunt
// found for it (results.json) still catches it, while the core without it passes. After a change of the core or of the
// scenario that moves seeds: npm run sim:mutants, npm run docs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runSeed } from '../run.ts';
import type { Mutant } from './mutant.ts';
import { misfits } from './plant.ts';
import { Plot } from './plot.ts';
import { readResults, SEEDS_MOST } from './results.ts';
import { MUTANTS, SURVIVORS } from './table.ts';

const RESULTS = new Map(readResults().map((result) => [result.name, result.caught]));
const HUNT_AGAIN = 'run: npm run sim:mutants';

async function failsWith(mutant: Mutant, seed: number): Promise<string | undefined> {
  const plot = new Plot(mutant);
  try {
    return (await plot.run(seed)).failure?.rule;
  } finally {
    plot.clear();
  }
}

describe('planted faults', () => {
  test('each fits the source exactly once', () => {
    assert.deepEqual([...MUTANTS, ...SURVIVORS].flatMap(misfits), []);
  });

  test('each has a name of its own', () => {
    const names = MUTANTS.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
  });

  test(`each was caught within ${SEEDS_MOST} seeds when they were last hunted`, () => {
    const missed = MUTANTS.filter(({ name }) => !((RESULTS.get(name)?.seed ?? Infinity) <= SEEDS_MOST));
    assert.deepEqual(
      missed.map(({ name }) => name),
      [],
      HUNT_AGAIN,
    );
    assert.equal(RESULTS.size, MUTANTS.length, HUNT_AGAIN);
  });
});

describe('the seed that caught it', { concurrency: 2 }, () => {
  for (const mutant of MUTANTS) {
    const seed = RESULTS.get(mutant.name)?.seed;
    if (seed === undefined) continue;
    test(`${mutant.name} still fails seed ${seed}`, async () => {
      const rule = await failsWith(mutant, seed);
      assert.ok(
        mutant.rules.some((one) => one === rule),
        `${mutant.says} It fails by ${rule ?? 'none'} of ${mutant.rules.join(', ')}. ${HUNT_AGAIN}`,
      );
    });
  }
});

describe('without any fault', () => {
  for (const seed of new Set([...RESULTS.values()].map((caught) => caught?.seed))) {
    if (seed === undefined) continue;
    test(`the core passes seed ${seed}`, () => assert.equal(runSeed({ seed }).failure, undefined));
  }
});
