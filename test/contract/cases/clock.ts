// The clocks and the calendar. Daylight-saving changes are in test/unit/os/calendar.test.ts, for they need a zone.

import assert from 'node:assert/strict';
import type { Case } from '../world.ts';

const MINUTE_MS = 60_000;

export const clockCases: readonly Case[] = [
  {
    name: 'the monotonic clock never goes back and has fractions of a millisecond',
    run: ({ os }) => {
      let last = os.now();
      let fractions = false;
      for (let i = 0; i < 1000; i++) {
        const time = os.now();
        assert.ok(time >= last);
        fractions ||= !Number.isInteger(time);
        last = time;
      }
      assert.ok(fractions);
    },
  },
  {
    name: 'both clocks go on by what a poll has waited',
    run: ({ os }) => {
      const [monotonic, wall] = [os.now(), os.wallClock()];
      os.poll([], 50);
      assert.ok(os.now() - monotonic >= 49.9);
      assert.ok(os.wallClock() - wall >= 48);
    },
  },
  {
    name: 'the next occurrence of a pattern is after the given time, not at it',
    run: ({ os }) => {
      const minute = Math.ceil(os.wallClock() / MINUTE_MS) * MINUTE_MS;
      assert.equal(os.nextOccurrence('* * * * *', minute), minute + MINUTE_MS);
      assert.equal(os.nextOccurrence('* * * * *', minute - 1), minute);
      assert.equal(os.nextOccurrence('* * * * *', minute + 1), minute + MINUTE_MS);
    },
  },
  {
    name: 'a pattern that names no day of any year has no occurrence',
    run: ({ os }) => assert.equal(os.nextOccurrence('0 0 31 2 *', os.wallClock()), undefined),
  },
];
