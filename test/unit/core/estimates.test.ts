// What is estimated: how long a start takes, and how many clients are finished meanwhile.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { completed, forgottenAfterMs, noCompletions, released } from '../../../src/core/completions.ts';
import {
  observeStartup,
  presumedAfterMs,
  quickestMs,
  signalledAfterMs,
  unknownStartupTime,
} from '../../../src/core/startup-time.ts';

test('the start-up time follows what is measured', () => {
  const time = unknownStartupTime();
  observeStartup(time, 100, 0);
  assert.equal(time.meanMs, 100);
  for (let start = 0; start < 60; start += 1) observeStartup(time, 200, start);
  assert.ok(time.meanMs > 199 && time.meanMs <= 200);
  assert.ok(time.deviationMs < 5);
});

test('the quickest start is remembered for one to two windows', () => {
  const time = unknownStartupTime();
  assert.equal(quickestMs(time), Number.POSITIVE_INFINITY);
  observeStartup(time, 50, 0);
  observeStartup(time, 300, 30_000);
  assert.equal(quickestMs(time), 50);
  observeStartup(time, 300, 61_000);
  assert.equal(quickestMs(time), 50);
  observeStartup(time, 300, 122_000);
  assert.equal(quickestMs(time), 300);
});

test('silence is believed after mean and four deviations, and never before a quarter of a second', () => {
  const time = unknownStartupTime();
  assert.equal(presumedAfterMs(time), 500);
  assert.ok(signalledAfterMs(time) >= presumedAfterMs(time));
  observeStartup(time, 10, 0);
  assert.equal(presumedAfterMs(time), 250);
  observeStartup(time, 2_000, 0);
  assert.equal(presumedAfterMs(time), time.meanMs + 4 * time.deviationMs);
});

test('a steady rate of completions is estimated within a third', () => {
  const startupMs = fc.double({ min: 50, max: 1_000, noNaN: true });
  const perStartup = fc.integer({ min: 3, max: 100 });
  fc.assert(
    fc.property(startupMs, perStartup, (startup, expected) => {
      const completions = noCompletions();
      const gap = startup / expected;
      let now = 1_000;
      for (let count = 0; count < 8 * expected; count += 1) {
        now += gap;
        completed(completions, startup, now);
      }
      const estimate = released(completions, startup, now);
      assert.ok(
        estimate >= Math.floor(expected * 0.66) - 1 && estimate <= expected * 1.34 + 1,
        `${estimate} of ${expected}`,
      );
    }),
  );
});

test('sessions stay open: within two windows nothing is expected any more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 1, max: 2_000, noNaN: true }),
      (count, startup) => {
        const completions = noCompletions();
        for (let done = 0; done < count; done += 1) completed(completions, startup, 1_000);
        assert.equal(released(completions, startup, 1_000 + forgottenAfterMs(startup)), 0);
      },
    ),
  );
});

test('it only falls while nobody completes', () => {
  const completions = noCompletions();
  for (let done = 0; done < 40; done += 1) completed(completions, 100, 1_000 + done);
  let before = Number.POSITIVE_INFINITY;
  for (let now = 1_040; now < 1_600; now += 10) {
    const expected = released(completions, 100, now);
    assert.ok(expected <= before && expected >= 0);
    before = expected;
  }
  assert.equal(before, 0);
});

test('as long as no start-up time is known nothing is expected', () => {
  const completions = noCompletions();
  completed(completions, 0, 1);
  assert.equal(released(completions, 0, 1), 0);
});
