// When the supervisor counts as stalled, by a clock of the test's own: by its turns alone, and never for time in which
// nobody looked.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlaneEvent } from '../../../src/plane/logs/plane-events.ts';
import { createWatchdog, LOOK_EVERY_MS } from '../../../src/plane/watchdog.ts';
import type { Pulse } from '../../../src/thread/pulse.ts';

const LIMIT_MS = 10_000;

function watched(limitMs = LIMIT_MS) {
  const told: PlaneEvent[] = [];
  let now = 1_000_000;
  let pulse: Pulse = { turns: 0, stage: 'poll', stageBeganAt: 0 };
  const limit = { ms: limitMs };
  const watchdog = createWatchdog({
    pulse: () => pulse,
    limitMs: () => limit.ms,
    tell: (event) => told.push(event),
    now: () => now,
  });
  const pass = (ms: number) => {
    now += ms;
    watchdog.look();
  };
  return {
    watchdog,
    told,
    limit,
    /** The supervisor enters a stage now. */
    enters: (stage: Pulse['stage']) => {
      pulse = { ...pulse, stage, stageBeganAt: now };
    },
    turns: () => {
      pulse = { turns: pulse.turns + 1, stage: 'poll', stageBeganAt: now };
    },
    pass,
    looks: (times: number) => {
      for (let look = 0; look < times; look += 1) pass(LOOK_EVERY_MS);
    },
  };
}

describe('a stall', () => {
  test('is told once when no turn was completed for the limit, with the stage, and again when it is over', () => {
    const { watchdog, told, turns, enters, looks } = watched();
    turns();
    looks(1);
    enters('spawn');
    looks(9);
    assert.deepEqual([told, watchdog.stall()], [[], undefined]);
    looks(1);
    assert.deepEqual(told, [{ kind: 'turn-stalled', quietMs: LIMIT_MS, stage: 'spawn', stageMs: LIMIT_MS }]);
    looks(5);
    assert.equal(
      watchdog.stall(),
      'no turn was completed for 15 s: the supervisor has been in stage spawn for 15 s',
    );
    turns();
    looks(1);
    assert.deepEqual(told.slice(1), [{ kind: 'turn-resumed', quietMs: 16_000, stage: 'spawn' }]);
    assert.deepEqual([watchdog.stall(), watchdog.quietMs()], [undefined, 0]);
  });

  test('of many slow stages is one too: turns count, not stages; the sentence has the stage of now', () => {
    const { watchdog, told, turns, enters, looks } = watched();
    turns();
    looks(1);
    for (const stage of ['messages', 'reap', 'commands', 'schedule', 'spawn'] as const) {
      enters(stage);
      looks(2);
    }
    assert.deepEqual(told, [{ kind: 'turn-stalled', quietMs: LIMIT_MS, stage: 'spawn', stageMs: 2_000 }]);
    enters('publish');
    looks(1);
    assert.match(watchdog.stall() ?? '', /for 11 s: the supervisor has been in stage publish for 1 s$/);
  });

  test('is also a poll that does not end, and a first turn', () => {
    const { told, enters, looks } = watched();
    enters('poll');
    looks(10);
    assert.deepEqual(told, [{ kind: 'turn-stalled', quietMs: LIMIT_MS, stage: 'poll', stageMs: LIMIT_MS }]);
  });
});

describe('no stall', () => {
  test('is an idle supervisor, which turns once a second, or one that has not begun', () => {
    const { told, turns, looks } = watched();
    looks(60);
    for (let second = 0; second < 60; second += 1) {
      turns();
      looks(1);
    }
    assert.deepEqual(told, []);
  });

  test('is a whole process that was stopped: what nobody looked at is not held against it', () => {
    const { watchdog, told, turns, looks, pass } = watched();
    turns();
    looks(1);
    pass(3_600_000);
    assert.deepEqual([told, watchdog.quietMs()], [[], 2 * LOOK_EVERY_MS]);
    turns();
    looks(1);
    assert.deepEqual([told, watchdog.quietMs()], [[], 0]);
  });

  test('is anything with the limit off; a reload may set one', () => {
    const { told, turns, looks, limit } = watched(0);
    turns();
    looks(100);
    assert.deepEqual(told, []);
    limit.ms = LIMIT_MS;
    looks(1);
    assert.equal(told.length, 1);
  });
});

test('a plane that is late at every look finds a stall all the same, only later', () => {
  const { told, turns, enters, looks, pass } = watched();
  turns();
  looks(1);
  enters('reap');
  for (let look = 0; look < 4; look += 1) pass(30_000);
  assert.equal(told.length, 0);
  pass(30_000);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['turn-stalled'],
  );
});
