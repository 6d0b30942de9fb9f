// The plane's copy of the scoreboard. Keeps the last consistent copy, so that a scrape shows old numbers rather
// than torn ones (the age is a metric of its own). Used by metrics and health; never stops the supervisor.

import { BOARD_LENGTH, MASTER_FIELD, masterView, readScoreboard } from '../../thread/scoreboard.ts';

export interface BoardReader {
  /** The newest consistent copy. Valid until the next call. */
  read(): Float64Array;
  /** Milliseconds since the last turn that the copy knows of; Infinity before the first. */
  ageMs(): number;
}

/** CLOCK_MONOTONIC in milliseconds: the clock of `lastTurnAt`. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

export function createBoardReader(shared: SharedArrayBuffer, now: () => number = monotonicMs): BoardReader {
  let good = new Float64Array(BOARD_LENGTH);
  let spare = new Float64Array(BOARD_LENGTH);
  const read = () => {
    if (readScoreboard(shared, spare)) [good, spare] = [spare, good];
    return good;
  };
  return {
    read,
    ageMs: () => {
      const lastTurnAt = masterView(read())[MASTER_FIELD.lastTurnAt] ?? 0;
      return lastTurnAt === 0 ? Number.POSITIVE_INFINITY : Math.max(0, now() - lastTurnAt);
    },
  };
}
