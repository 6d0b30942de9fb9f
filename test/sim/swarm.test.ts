// The simulator on a fixed set of seeds: all of them pass, the same seed is the same run, every fault of the table has
// its turn, and one that is switched off leaves the draws of the others alone.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { FAULT_NAMES } from './faults.ts';
import { failureText } from './report.ts';
import { type RunOptions, type RunOutcome, runSeed } from './run.ts';
import { createSwarm } from './swarm.ts';

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

const outcomes = new Map<number, RunOutcome>();
function outcomeOf(seed: number): RunOutcome {
  const outcome = outcomes.get(seed) ?? runSeed({ seed });
  outcomes.set(seed, outcome);
  return outcome;
}

describe('the fixed seeds', () => {
  for (const seed of SEEDS) {
    test(`seed ${seed}`, () => {
      const { failure } = outcomeOf(seed);
      assert.equal(failure && failureText({ seed, ...failure }, { seed }), undefined);
    });
  }

  test('every fault of the table is seen in at least one of them', () => {
    const seen = new Set(SEEDS.flatMap((seed) => Object.keys(outcomeOf(seed).faults)));
    assert.deepEqual(
      FAULT_NAMES.filter((fault) => !seen.has(fault)),
      [],
    );
  });

  test('a fault that is seen stands in the table', () => {
    const seen = new Set(SEEDS.flatMap((seed) => Object.keys(outcomeOf(seed).faults)));
    assert.deepEqual(
      [...seen].filter((fault) => !FAULT_NAMES.includes(fault)),
      [],
    );
  });
});

function traced(options: RunOptions): { readonly outcome: RunOutcome; readonly hash: string } {
  const hash = createHash('sha256');
  const outcome = runSeed({ ...options, trace: (line) => hash.update(`${line}\n`) });
  return { outcome, hash: hash.digest('hex') };
}

describe('the same seed', () => {
  for (const seed of [1, 2, 3]) {
    test(`is the same run, call by call (seed ${seed})`, () => {
      const first = traced({ seed });
      assert.deepEqual(traced({ seed }), first);
      assert.deepEqual(first.outcome, outcomeOf(seed), 'and the trace changes nothing');
    });
  }

  test('is another run than the next one', () => {
    assert.notEqual(traced({ seed: 1 }).hash, traced({ seed: 2 }).hash);
  });
});

describe('a fault that is switched off', () => {
  const [busy = 0] = SEEDS.filter((seed) => createSwarm(seed, []).enabled.length > 20);
  const whole = createSwarm(busy, []);
  const off = whole.enabled[0] ?? '';
  const less = createSwarm(busy, [off]);

  test('is off, and the others are on as they were', () => {
    assert.equal(less.weight(off), 0);
    assert.deepEqual([off, ...less.enabled], whole.enabled);
    for (const fault of less.enabled) assert.equal(less.weight(fault), whole.weight(fault));
  });

  test('shifts no draw of the others, nor of the world', () => {
    for (const fault of less.enabled)
      assert.equal(less.draws(fault).fraction(), whole.draws(fault).fraction());
    assert.equal(less.entropy.fraction(), whole.entropy.fraction());
  });

  test('is not seen', () => {
    for (const fault of ['stall', 'signals', 'poisson', 'crash-idle', 'reload-changed', 'eintr'])
      assert.equal(runSeed({ seed: busy, without: [fault] }).faults[fault], undefined, fault);
  });

  test('the quiet worlds have two faults at most', () => {
    for (const seed of SEEDS.filter((each) => each % 8 === 0))
      assert.ok(createSwarm(seed, []).enabled.length <= 2, `seed ${seed}`);
  });
});

describe('turns', () => {
  test('the faults end after as many as are asked for', () => {
    const short = runSeed({ seed: 2, turnsMost: 50 });
    assert.equal(short.failure, undefined);
    assert.ok(short.virtualMs < outcomeOf(2).virtualMs);
  });
});
