// How many clients the living workers will finish while a new worker starts: `released` of the spawn policy.
// The rate is counted over the last few start-up times in two halves of a sliding window, so that it falls to
// zero within one window when sessions stay open. Only completions that give the worker back are counted
// (AVAILABLE): one that exits with its client leaves nobody behind who could take the next.

/** The estimate as the core asks for it. A seam: others can be plugged in and compared (bench/policies/estimators.ts). */
export interface CompletionRate {
  completed(startupMs: number, now: number): void;
  /** Completions expected within `startupMs` from `now`; a whole number. */
  released(startupMs: number, now: number): number;
}

/** The product's. */
export function slidingWindow(): CompletionRate {
  const completions = noCompletions();
  return {
    completed: (startupMs, now) => completed(completions, startupMs, now),
    released: (startupMs, now) => released(completions, startupMs, now),
  };
}

export interface Completions {
  windowStartedAt: number;
  current: number;
  previous: number;
}

const WINDOW_STARTUPS = 2;
const WINDOW_MIN_MS = 50;

export function noCompletions(): Completions {
  return { windowStartedAt: Number.NEGATIVE_INFINITY, current: 0, previous: 0 };
}

export function completed(completions: Completions, startupMs: number, now: number): void {
  roll(completions, startupMs, now);
  completions.current += 1;
}

/** Completions expected within `startupMs` from `now`; a whole number, rounded down. */
export function released(completions: Completions, startupMs: number, now: number): number {
  if (startupMs <= 0) return 0;
  roll(completions, startupMs, now);
  const windowMs = windowOf(startupMs);
  const elapsedMs = now - completions.windowStartedAt;
  const weighted = completions.current + completions.previous * (1 - elapsedMs / windowMs);
  return Math.floor((weighted / windowMs) * startupMs);
}

/** After that long without a completion nothing is expected any more. */
export function forgottenAfterMs(startupMs: number): number {
  return 2 * windowOf(startupMs);
}

function windowOf(startupMs: number): number {
  return Math.max(WINDOW_MIN_MS, WINDOW_STARTUPS * startupMs);
}

function roll(completions: Completions, startupMs: number, now: number): void {
  const windowMs = windowOf(startupMs);
  const windows = Math.floor((now - completions.windowStartedAt) / windowMs);
  if (windows < 1) return;
  completions.previous = windows === 1 ? completions.current : 0;
  completions.current = 0;
  completions.windowStartedAt = windows === 1 ? completions.windowStartedAt + windowMs : now;
}
