// What the stalled master is told by: figures and verdict from made-up runs, the table, the page. The incident itself is
// made in test/e2e and, in virtual time, in test/sim.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figuresOf, STAMPS } from '../../../bench/incidents/stalled-master/figures.ts';
import { configurationText, interrupted, planOf } from '../../../bench/incidents/stalled-master/order.ts';
import { reportPage } from '../../../bench/incidents/stalled-master/page.ts';
import {
  FORMAT,
  type StalledMasterResult,
  seenOf,
  verdictOf,
} from '../../../bench/incidents/stalled-master/result.ts';
import { incidentText } from '../../../bench/incidents/stalled-master/table.ts';
import { thisMachine } from '../../../bench/storm/show/machine.ts';
import { madeUp, WINDOW } from './support.ts';

const OLD = 'restarts-when-interrupted';

function both(oldStalls: boolean, oursStalls: boolean): StalledMasterResult['interrupted'] {
  return { [OLD]: seenOf(madeUp(OLD, oldStalls)), completes: seenOf(madeUp('completes', oursStalls)) };
}

function result(): StalledMasterResult {
  const withoutWindow = { window: undefined, signalsSentPerSecond: 19_876 };
  return {
    format: FORMAT,
    incident: 'stalled-master',
    preforkd: '0.1.0',
    seed: '<7>',
    command: 'preforkd storm incident stalled-master --seed 7',
    verdict: verdictOf(both(true, false)),
    interrupted: both(true, false),
    signalled: {
      [OLD]: seenOf(madeUp(OLD, false, withoutWindow)),
      completes: seenOf(madeUp('completes', false, withoutWindow)),
    },
    machine: thisMachine('here'),
  };
}

describe('the plan', () => {
  test('the same seed brings the same clients to both loops, and another seed others', () => {
    const times = (...order: Parameters<typeof interrupted>) => [...planOf(interrupted(...order)).times];
    assert.deepEqual(times(OLD, '7', 14_000), times('completes', '7', 14_000));
    assert.notDeepEqual(times('completes', '7', 14_000), times('completes', '8', 14_000));
  });

  test('the window is the same part of any duration', () => {
    assert.deepEqual(interrupted(OLD, '7', 14_000).window, { fromMs: 3_000, untilMs: 11_000 });
    assert.deepEqual(interrupted(OLD, '7', 7_000).window, { fromMs: 1_500, untilMs: 5_500 });
  });

  test('the worker is the sample that comes with the package', () => {
    assert.match(configurationText(), /imap cmd="\S+node\S* \S+examples\/imap\/main\.js \S+maildir" listen=/);
  });
});

describe('figures', () => {
  test('of a loop that stalls', () => {
    const figures = figuresOf(madeUp(OLD, true));
    // Who came in the first second of the window was served by the workers that were ready.
    assert.deepEqual([figures.arrived, figures.served], [33, 5]);
    assert.deepEqual([figures.stall.fromMs, figures.stall.untilMs], [4_250, WINDOW.untilMs]);
    assert.equal(figures.stall.waiting, 28);
    assert.equal(figures.turnsCompleted, 0);
    assert.ok(figures.turnsBegun > 7_000);
    assert.deepEqual(figures.ready, { believed: 4, true: 0 });
    assert.equal(figures.messagesWaitingMost, 4);
    assert.equal(figures.unserved, 0);
  });

  test('only the first of its ten timestamps changes', () => {
    assert.equal(STAMPS.length, 10);
    const [first, ...others] = figuresOf(madeUp(OLD, true)).stampAgesMs;
    assert.equal(first, 0);
    assert.ok(others.every((age) => age >= 7_900));
  });

  test('of a loop that does not', () => {
    const { silence, stall, turnsCompleted, arrived, served } = figuresOf(madeUp('completes', false));
    // Somebody waits for 5 ms each time; between two clients nobody does.
    assert.ok(silence.untilMs - silence.fromMs <= 5 && stall.untilMs - stall.fromMs <= 5);
    assert.ok(turnsCompleted > 7_000);
    // The last one came with the end of the window.
    assert.equal(arrived - served, 1);
  });

  test('nobody is silent who has no client', () => {
    const { silence } = figuresOf(madeUp(OLD, true, { arrivals: [], greetings: [] }));
    assert.equal(silence.untilMs - silence.fromMs, 0);
  });

  test('clients who were never greeted are counted, and the silence goes on to the end', () => {
    const run = madeUp('completes', false, { greetings: [] });
    const { unserved, silence } = figuresOf(run);
    assert.equal(unserved, run.arrivals.length);
    assert.deepEqual([silence.fromMs, silence.untilMs], [WINDOW.fromMs, WINDOW.untilMs]);
  });

  test('a record without samples says nothing, and breaks nothing', () => {
    const figures = figuresOf(madeUp(OLD, true, { samples: [] }));
    assert.deepEqual([figures.turnsBegun, figures.messagesWaitingMost, figures.ready.believed], [0, 0, 0]);
  });
});

describe('the verdict', () => {
  const cases = [
    [
      true,
      false,
      /^the old way stalled \(0 new clients per second for 6\.8 s while 28 waited\), ours did not$/,
    ],
    [false, false, /^the old way did not stall here \(at most .*\), ours did not$/],
    [true, true, /^the old way stalled .*, ours stalled$/],
    [false, true, /^the old way did not stall here .*, ours stalled$/],
  ] as const;
  for (const [old, ours, text] of cases) {
    test(`old ${old ? 'stalls' : 'goes on'}, ours ${ours ? 'stalls' : 'goes on'}`, () => {
      const verdict = verdictOf(both(old, ours));
      assert.deepEqual([verdict.oldStalled, verdict.oursStalled], [old, ours]);
      assert.match(verdict.text, text);
    });
  }

  test('an old loop that completes turns has not stalled, however long nobody was greeted', () => {
    const { samples } = madeUp(OLD, false);
    const seen = both(true, false);
    const slow = { ...seen, [OLD]: seenOf(madeUp(OLD, true, { samples })) };
    assert.equal(verdictOf(slow).oldStalled, false);
  });
});

describe('what a person sees', () => {
  test('the table: figures beside each other, bars, ten timestamps, the verdict', () => {
    const text = incidentText(result(), false);
    assert.match(text, /^INTERRUPTED +THE OLD WAY +OURS$/m);
    assert.match(text, /^turns completed +0 +7,\d{3}$/m);
    assert.match(text, /^new clients per second, the old way +▁+\.+█/m);
    assert.match(text, /^2 +messages +8 s ago +now$/m);
    assert.match(text, /^10 +end of the turn +8 s ago +now$/m);
    assert.match(text, /^signals per second +19,876 +19,876$/m);
    assert.match(text, /^VERDICT the old way stalled/m);
    assert.ok(!text.includes('\u001b'));
  });

  test('colours only where they are wanted', () => {
    assert.ok(incidentText(result(), true).includes('\u001b[32mVERDICT'));
    const bad = { ...result(), verdict: verdictOf(both(false, false)) };
    assert.ok(incidentText(bad, true).includes('\u001b[31mVERDICT'));
  });

  test('the page needs nothing else, and foreign text does no harm', () => {
    const page = reportPage(result());
    assert.doesNotMatch(page, /<script|<link|src=|url\((?!#)|@import/);
    assert.ok(page.includes('Seed &lt;7&gt;.') && !page.includes('<7>'));
    assert.equal(page.match(/<svg/g)?.length, 7);
    // Two plots with one inner name would show each other's parts.
    const names = [...page.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name);
    assert.equal(new Set(names).size, names.length);
    assert.doesNotMatch(page, /NaN|undefined|Infinity/);
  });
});
