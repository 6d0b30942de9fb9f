// Seeded draws: the same on every machine (values written down here, and the generator beside one in big integers),
// streams that know nothing of each other, distributions as they are named, and the ends of each range.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Entropy, entropy } from '../../../src/lib/entropy.ts';

const WORD = 2 ** 32;
const word = (source: Entropy) => source.integer(0, WORD - 1);
const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('the same seed, the same draws', () => {
  test('values written down: whoever changes them loses every seed that was kept', () => {
    const source = entropy(1);
    assert.deepEqual(
      times(6, () => word(source)),
      [1286325156, 3820435218, 3253353465, 2787153608, 1886750481, 1620385198],
    );
    const deep = entropy(1).stream('a').stream('b');
    assert.deepEqual(
      times(4, () => word(deep)),
      [2906453845, 3808234608, 821039486, 1371128379],
    );
  });

  test('one value of each kind of draw', () => {
    const draws = entropy('x');
    assert.equal(draws.fraction(), 0.42995829903520644);
    assert.equal(draws.integer(1, 6), 3);
    assert.equal(draws.between(5, 10), 8.680084864608943);
    assert.equal(draws.chance(0.5), false);
    assert.equal(draws.pick(['a', 'b', 'c']), 'c');
    assert.ok(Math.abs(draws.exponential(100) - 38.36706867132519) < 1e-9);
  });

  test('a number and its text are one seed', () => {
    assert.equal(entropy(42).fraction(), entropy('42').fraction());
  });

  test('it is sfc32, as done in big integers', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const source = entropy(seed);
        const reference = referenceOf(seed);
        for (let drawn = 0; drawn < 20; drawn += 1) assert.equal(word(source), reference());
      }),
    );
  });
});

/** Doty-Humphrey's generator and Fowler, Noll and Vo's hash, written once more and without 32-bit tricks. */
function referenceOf(seed: string): () => number {
  const mask = 0xffff_ffffn;
  const hash = (salt: bigint) => {
    let value = 0x811c9dc5n ^ salt;
    for (let at = 0; at < seed.length; at += 1) {
      value = ((value ^ BigInt(seed.charCodeAt(at))) * 0x01000193n) & mask;
    }
    return value;
  };
  let [a, b, c, counter] = [hash(1n), hash(2n), hash(3n), 1n];
  const next = () => {
    const sum = (a + b + counter) & mask;
    counter += 1n;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & mask;
    c = ((((c << 21n) & mask) | (c >> 11n)) + sum) & mask;
    return Number(sum);
  };
  for (let drawn = 0; drawn < 12; drawn += 1) next();
  return next;
}

describe('streams', () => {
  test('are the same whatever was drawn before, in the stream above and beside', () => {
    const [untouched, used] = [entropy(9), entropy(9)];
    times(100, () => used.fraction());
    const beside = used.stream('beside');
    times(100, () => beside.fraction());
    const draws = (source: Entropy) => times(50, source.stream('mine').fraction);
    assert.deepEqual(draws(used), draws(untouched));
    const [one, other] = [entropy(9), entropy(9)];
    one.stream('mine');
    assert.equal(one.fraction(), other.fraction(), 'taking a stream draws nothing');
  });

  test('of the same name begin anew each time', () => {
    const source = entropy(9);
    assert.equal(source.stream('a').fraction(), source.stream('a').fraction());
  });

  test('of other names, other seeds and other depths differ', () => {
    const firsts = new Set<number>();
    const all = 20_000;
    for (let at = 0; at < all / 4; at += 1) {
      const source = entropy(at);
      for (const each of [source, source.stream('a'), source.stream('b'), source.stream('a').stream('a')]) {
        firsts.add(word(each));
      }
    }
    // Two alike of 20,000 in 2^32 are drawn once in twenty tries; ten would be a fault.
    assert.ok(firsts.size > all - 10, `${firsts.size} different first draws of ${all}`);
  });

  test('of neighbouring names are not alike', () => {
    const [one, other] = [entropy(3).stream('fault-1'), entropy(3).stream('fault-2')];
    const both = times(10_000, () => [one.fraction() - 0.5, other.fraction() - 0.5] as const);
    const correlation = both.reduce((sum, [x, y]) => sum + x * y, 0) / both.length / (1 / 12);
    assert.ok(Math.abs(correlation) < 0.05, `correlation ${correlation}`);
  });
});

describe('distributions', () => {
  const COUNT = 40_000;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('fraction: all of [0, 1), evenly', () => {
    const source = entropy('fraction');
    const tenths = new Array<number>(10).fill(0);
    for (let drawn = 0; drawn < COUNT; drawn += 1) {
      const value = source.fraction();
      assert.ok(value >= 0 && value < 1);
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) assert.ok(Math.abs(count - COUNT / 10) < COUNT / 100, `${tenths}`);
  });

  test('integer: both ends, and each between as often', () => {
    const source = entropy('integer');
    const counts = new Map<number, number>();
    for (let drawn = 0; drawn < COUNT; drawn += 1) {
      const value = source.integer(-2, 2);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts.keys()].sort((one, other) => one - other),
      [-2, -1, 0, 1, 2],
    );
    for (const count of counts.values()) assert.ok(Math.abs(count - COUNT / 5) < COUNT / 50, `${count}`);
  });

  test('between: inside, and in the middle on average', () => {
    const source = entropy('between');
    const values = times(COUNT, () => source.between(10, 20));
    assert.ok(values.every((value) => value >= 10 && value < 20));
    assert.ok(Math.abs(mean(values) - 15) < 0.1);
  });

  test('exponential: its mean, and a 1/e of the values beyond it', () => {
    const source = entropy('exponential');
    const values = times(COUNT, () => source.exponential(100));
    assert.ok(values.every((value) => value >= 0 && Number.isFinite(value)));
    assert.ok(Math.abs(mean(values) - 100) < 3);
    const beyond = values.filter((value) => value > 100).length / COUNT;
    assert.ok(Math.abs(beyond - Math.exp(-1)) < 0.01, `${beyond}`);
  });

  test('chance and pick: as often as they say', () => {
    const source = entropy('chance');
    const hits = times(COUNT, () => source.chance(0.1)).filter(Boolean).length;
    assert.ok(Math.abs(hits - COUNT / 10) < COUNT / 100, `${hits}`);
    const picked = times(COUNT, () => source.pick(['a', 'b', 'c', 'd']));
    for (const letter of ['a', 'b', 'c', 'd']) {
      const count = picked.filter((each) => each === letter).length;
      assert.ok(Math.abs(count - COUNT / 4) < COUNT / 50, `${letter} ${count}`);
    }
  });
});

describe('the ends of the ranges', () => {
  test('chance 0 never, chance 1 always', () => {
    const source = entropy('ends');
    assert.ok(times(5_000, () => source.chance(0)).every((hit) => !hit));
    assert.ok(times(5_000, () => source.chance(1)).every((hit) => hit));
  });

  test('one value to choose from is that one', () => {
    const source = entropy('ends');
    assert.equal(source.integer(7, 7), 7);
    assert.equal(source.pick(['only']), 'only');
    assert.equal(source.between(3, 3), 3);
    assert.equal(Math.abs(source.exponential(0)), 0);
  });

  test('integer never leaves its range', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.nat(1_000_000), (seed, least, width) => {
        const value = entropy(seed).integer(least, least + width);
        assert.ok(Number.isInteger(value) && value >= least && value <= least + width);
      }),
    );
  });
});
