// The pure parts that limit spawning: token bucket, breaker, start cap. As properties where the claim is one.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  allowance,
  type Breaker,
  breakerDueAt,
  CLOSED,
  elapsed,
  FAILURE_GAP_MS,
  FAILURES_MAX,
  failed,
  PAUSE_FIRST_MS,
  PAUSE_MAX_MS,
  served,
} from '../../../src/core/breaker.ts';
import { available, fullBucket, nextTokenAt, setRate, take } from '../../../src/core/fork-rate.ts';
import {
  capFor,
  capOf,
  createStartCap,
  isExhausted,
  startObserved,
  startPresumed,
} from '../../../src/core/start-cap.ts';

const OURS = { rule: 'breaker', babysit: false } as const;
const CYRUS = { rule: 'cyrus', babysit: false } as const;
const BABYSAT = { rule: 'cyrus', babysit: true } as const;

/** Takes all that may be taken at each moment; the times of what was taken. */
function greedy(rate: number, begin: number, gaps: readonly number[]): number[] {
  const bucket = fullBucket(rate, begin);
  const forks: number[] = [];
  let now = begin;
  for (const gap of gaps) {
    now += gap;
    while (available(bucket, now) >= 1) {
      take(bucket);
      forks.push(now);
    }
  }
  return forks;
}

test('in any window of T seconds at most rate x (1 + T) forks happen', () => {
  const rate = fc.double({ min: 0.1, max: 500, noNaN: true });
  const gaps = fc.array(fc.double({ min: 0, max: 3_000, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(rate, fc.double({ min: 0, max: 1e10, noNaN: true }), gaps, (ratePerSecond, begin, waits) => {
      const forks = greedy(ratePerSecond, begin, waits);
      for (let first = 0; first < forks.length; first += 7) {
        for (let last = first; last < forks.length; last += 3) {
          const seconds = ((forks[last] ?? 0) - (forks[first] ?? 0)) / 1000;
          // A rate below 1 still keeps one whole token.
          const allowed = Math.max(1, ratePerSecond) + ratePerSecond * seconds;
          assert.ok(last - first + 1 <= allowed + 1e-3, `${last - first + 1} forks in ${seconds} s`);
        }
      }
    }),
  );
});

test('when nextTokenAt has come, a token is there: nobody wakes up in vain', () => {
  const rate = fc.double({ min: 0.1, max: 2_000, noNaN: true });
  fc.assert(
    fc.property(rate, fc.double({ min: 0, max: 1e10, noNaN: true }), (ratePerSecond, begin) => {
      const bucket = fullBucket(ratePerSecond, begin);
      while (available(bucket, begin) >= 1) take(bucket);
      const at = nextTokenAt(bucket, begin);
      assert.ok(at > begin);
      // The port rounds a wait up to whole milliseconds.
      assert.ok(available(bucket, begin + Math.ceil(at - begin)) >= 1);
    }),
  );
});

test('the clock stands still, or goes back: no token is gained', () => {
  const bucket = fullBucket(3, 1_000);
  for (let taken = 0; taken < 3; taken += 1) take(bucket);
  assert.equal(available(bucket, 1_000), 0);
  assert.equal(available(bucket, 0), 0);
  assert.equal(available(bucket, 1_000), 0);
  assert.equal(available(bucket, 1_400), 1);
});

test('a changed rate keeps what was gathered, up to the new capacity', () => {
  const bucket = fullBucket(10, 0);
  setRate(bucket, 2, 0);
  assert.equal(available(bucket, 0), 2);
  setRate(bucket, 10, 0);
  assert.equal(available(bucket, 0), 2);
  assert.equal(available(bucket, 100), 3);
  setRate(bucket, Number.POSITIVE_INFINITY, 100);
  assert.equal(available(bucket, 100), Number.POSITIVE_INFINITY);
  setRate(bucket, 4, 200);
  assert.equal(available(bucket, 200), 4, 'from unlimited: full');
});

function failTimes(times: number, gapMs: number, rule: typeof OURS | typeof CYRUS | typeof BABYSAT): Breaker {
  let breaker: Breaker = CLOSED;
  for (let count = 0; count < times; count += 1) breaker = failed(breaker, count * gapMs, rule);
  return breaker;
}

test('five failures with gaps of at most 10 s open the breaker; a longer gap starts the count anew', () => {
  assert.equal(failTimes(FAILURES_MAX - 1, FAILURE_GAP_MS, OURS).kind, 'closed');
  assert.equal(failTimes(FAILURES_MAX, FAILURE_GAP_MS, OURS).kind, 'open');
  assert.equal(failTimes(100, FAILURE_GAP_MS + 1, OURS).kind, 'closed');
});

test('each failed probe doubles the pause, up to the maximum', () => {
  let breaker = failTimes(FAILURES_MAX, 0, OURS);
  let expected = PAUSE_FIRST_MS;
  for (let round = 0; round < 12; round += 1) {
    assert.ok(breaker.kind === 'open' && breaker.pauseMs === expected);
    assert.equal(breakerDueAt(breaker), breaker.retryAt);
    assert.equal(elapsed(breaker, breaker.retryAt - 1), breaker);
    const probing = elapsed(breaker, breaker.retryAt);
    assert.equal(probing.kind, 'probing');
    breaker = failed(probing, breaker.retryAt, OURS);
    expected = Math.min(PAUSE_MAX_MS, expected * 2);
  }
});

test('a probe is one worker; served, or 10 s without a death, closes', () => {
  const open = failTimes(FAILURES_MAX, 0, OURS);
  assert.equal(allowance(open, 0), 0);
  const probing = elapsed(open, 1_000);
  assert.equal(allowance(probing, 0), 1);
  assert.equal(allowance(probing, 1), 0);
  assert.equal(served(probing, 1_000), CLOSED);
  assert.equal(served(probing, 999), probing, 'an old worker that serves says nothing about new ones');
  assert.equal(elapsed(probing, 1_000 + FAILURE_GAP_MS), CLOSED);
  assert.equal(served(open, 1_000), open);
  assert.equal(allowance(CLOSED, 99), Number.POSITIVE_INFINITY);
});

test("Cyrus's rule: five failures and off; babysat, a try every 10 s for ever", () => {
  const off = failTimes(FAILURES_MAX, 10, CYRUS);
  assert.equal(off.kind, 'disabled');
  assert.equal(elapsed(off, 1e9), off);
  assert.equal(failed(off, 1e9, CYRUS), off);
  let breaker = failTimes(FAILURES_MAX, 10, BABYSAT);
  for (let round = 0; round < 5; round += 1) {
    assert.ok(breaker.kind === 'open' && breaker.pauseMs === 10_000);
    breaker = failed(elapsed(breaker, breaker.retryAt), breaker.retryAt, BABYSAT);
  }
});

test('an exec that fails opens at once', () => {
  assert.equal(failed(CLOSED, 0, OURS, true).kind, 'open');
});

test('the start cap: one more per start on time, a fifth less per slow one, between 1 and the most', () => {
  const cap = createStartCap(4, 8);
  startObserved(cap, 140, 100, 0);
  assert.equal(capOf(cap), 5);
  startObserved(cap, 151, 100, 0);
  assert.equal(capOf(cap), 4);
  for (let start = 0; start < 20; start += 1) startPresumed(cap);
  assert.equal(capOf(cap), 8);
  for (let start = 0; start < 50; start += 1) startObserved(cap, 900, 100, 0);
  assert.equal(capOf(cap), 1);
});

test('the start cap: half of what it began with and one, where living workers finish nothing', () => {
  const cap = createStartCap(4, 8);
  assert.deepEqual([capFor(cap, 0), capFor(cap, 3)], [4, 4]);
  for (let start = 0; start < 50; start += 1) startObserved(cap, 900, 100, 0);
  assert.deepEqual([capFor(cap, 0), capFor(cap, 3)], [3, 1]);
  assert.equal(capFor(createStartCap(1, 1), 0), 1);
});

test('the start cap is exhausted for a while after a slow start that came alone', () => {
  const cap = createStartCap(2, 8);
  startObserved(cap, 900, 100, 5_000);
  assert.equal(isExhausted(cap, 5_000), true);
  assert.equal(isExhausted(cap, 7_000), false);
  startObserved(cap, 100, 100, 6_000);
  assert.equal(isExhausted(cap, 6_000), false);
  const single = createStartCap(1, 1);
  startObserved(single, 900, 100, 5_000);
  assert.equal(isExhausted(single, 5_000), false, 'where only one may start at a time, that is no sign');
});
