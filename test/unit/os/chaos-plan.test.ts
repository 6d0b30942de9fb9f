// The words after --chaos: what they ask for, and one sentence that says what is wrong with them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHAOS_FAULTS, type ChaosFault } from '../../../src/os/chaos.ts';
import { parseChaos } from '../../../src/os/chaos-plan.ts';

const FAULTS = Object.keys(CHAOS_FAULTS) as ChaosFault[];

const PROBABILITIES: readonly [string, number][] = [
  ['0', 0],
  ['1', 1],
  ['1.0', 1],
  ['0.9', 0.9],
  ['.5', 0.5],
  ['1e-7', 1e-7],
];

for (const [text, probability] of PROBABILITIES) {
  test(`eintr=${text}`, () => {
    assert.deepEqual(parseChaos(`eintr=${text}`), { ok: true, value: { plan: { eintr: probability } } });
  });
}

test('several faults and a seed, blanks between them', () => {
  assert.deepEqual(parseChaos('eintr=0.9, spawn-eagain=0.05, seed=7'), {
    ok: true,
    value: { plan: { eintr: 0.9, 'spawn-eagain': 0.05 }, seed: 7 },
  });
});

test('a stall, alone or beside faults', () => {
  assert.deepEqual(parseChaos('stall=3000'), { ok: true, value: { plan: {}, stallMs: 3_000 } });
  assert.deepEqual(parseChaos('eintr=1,stall=1,seed=2'), {
    ok: true,
    value: { plan: { eintr: 1 }, seed: 2, stallMs: 1 },
  });
});

const WRONG: readonly [string, RegExp][] = [
  ['eintrr=0.9', /^there is no fault "eintrr"; there are eintr, poll-enomem, .*, epoll-shuffled, stall$/],
  ['constructor=1', /^there is no fault "constructor"/],
  ['=1', /^there is no fault ""/],
  ['eintr', /^"eintr" is not FAULT=PROBABILITY$/],
  ['eintr=1=1', /^"eintr=1=1" is not/],
  ['eintr=0.5,', /^"" is not/],
  ['', /^"" is not/],
  ['eintr=', /^eintr= is not a probability: a number from 0 to 1$/],
  ['eintr=often', /^eintr=often is not a probability/],
  ['eintr=1.01', /^eintr=1.01 is not a probability/],
  ['eintr=-0.5', /^eintr=-0.5 is not a probability/],
  ['eintr=0x1', /^eintr=0x1 is not a probability/],
  ['eintr=Infinity', /^eintr=Infinity is not a probability/],
  ['eintr=NaN', /^eintr=NaN is not a probability/],
  ['eintr=0.5,eintr=0.6', /^eintr is said twice$/],
  ['seed=1,eintr=1,seed=2', /^seed is said twice$/],
  ['eintr=1,seed=-1', /^seed=-1 is not a whole number of at most 15 digits$/],
  ['eintr=1,seed=1.5', /^seed=1.5 is not a whole number/],
  ['eintr=1,seed=1234567890123456', /^seed=1234567890123456 is not a whole number/],
  ['stall=0', /^stall=0 is not a number of milliseconds from 1 to 3600000$/],
  ['stall=3s', /^stall=3s is not a number of milliseconds/],
  ['stall=3600001', /^stall=3600001 is not/],
  ['seed=1', /^no fault is named; there are eintr, /],
];

for (const [text, says] of WRONG) {
  test(`"${text}" is refused`, () => {
    const outcome = parseChaos(text);
    assert.ok(!outcome.ok);
    assert.match(outcome.error, says);
  });
}

test('what the log says of a plan asks for the same again', () => {
  const plans = fc.dictionary(fc.constantFrom(...FAULTS), fc.double({ min: 0, max: 1, noNaN: true }), {
    minKeys: 1,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(plans, fc.nat(), (plan, seed) => {
      const words = Object.entries(plan).map(([fault, probability]) => `${fault}=${probability}`);
      // 0 and -0 are one number, and both are written '0'.
      const same = Object.fromEntries(Object.entries(plan).map(([fault, value]) => [fault, value + 0]));
      assert.deepEqual(parseChaos([...words, `seed=${seed}`].join(',')), {
        ok: true,
        value: { plan: same, seed },
      });
    }),
  );
});

test('any text is taken or refused, never thrown at', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseChaos(text).ok === 'boolean'));
});
