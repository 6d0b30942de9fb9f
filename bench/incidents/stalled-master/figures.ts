// Figures of one run: whom it served while it was troubled, how long nobody was served though somebody waited, and what
// of the loop moved. Pure: everything is counted from the run's own record.

import { STAGES } from '../../../src/core/board.ts';
import type { Window } from './order.ts';
import type { LoopRun, RunSample } from './run.ts';

/** The ten timestamps of a turn, each by what begins there. */
export const STAMPS: readonly string[] = [...STAGES, 'end of the turn'];

export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Clients that waited at its end. */
  readonly waiting: number;
}

export interface LoopFigures {
  /** Clients who came in the window, and of these who were greeted in it. */
  readonly arrived: number;
  readonly served: number;
  /** The longest time in the window in which somebody waited and nobody was greeted. */
  readonly silence: Stretch;
  /** The longest time in which, besides, no turn was completed. */
  readonly stall: Stretch;
  readonly turnsBegun: number;
  readonly turnsCompleted: number;
  readonly interruptions: number;
  readonly messagesWaitingMost: number;
  /** When belief and truth were furthest apart. */
  readonly ready: { readonly believed: number; readonly true: number };
  /** By timestamp: how long it had not been taken when the window ended, ms; to the width of a sample. */
  readonly stampAgesMs: readonly number[];
  /** Clients that were never greeted. */
  readonly unserved: number;
}

/** The turn that is under way when the window begins is not interrupted any more: it ends, in this time at the latest. */
const UNDER_WAY_MS = 300;

/** A run without a window is looked at as a whole. */
export function windowOf({ window, durationMs }: LoopRun): Window {
  return window ?? { fromMs: 0, untilMs: durationMs };
}

/** Who has come and has not been greeted. */
export function waitingAt({ arrivals, greetings }: LoopRun, atMs: number): number {
  return upTo(arrivals, atMs) - upTo(greetings.map(greetedAt), atMs);
}

export function figuresOf(run: LoopRun): LoopFigures {
  const window = windowOf(run);
  const inside = run.samples.filter(
    ({ atMs }) => atMs >= window.fromMs + UNDER_WAY_MS && atMs <= window.untilMs,
  );
  const [first, last] = [inside.at(0), inside.at(-1)];
  const grown = (read: (sample: RunSample) => number) => (first && last ? read(last) - read(first) : 0);
  const greeted = within(run.greetings.map(greetedAt), window);
  const completions = completedAt(run.samples).filter(
    (atMs) => atMs >= window.fromMs && atMs <= window.untilMs,
  );
  const furthest = inside.reduce<RunSample | undefined>(
    (far, sample) => (far === undefined || apart(sample) > apart(far) ? sample : far),
    undefined,
  );
  return {
    arrived: within(run.arrivals, window).length,
    served: run.greetings.filter((pair) => within(pair, window).length === pair.length).length,
    silence: longest(run, window, greeted),
    stall: longest(run, window, [...greeted, ...completions]),
    turnsBegun: grown(({ turnsBegun }) => turnsBegun),
    turnsCompleted: grown(({ turnsCompleted }) => turnsCompleted),
    interruptions: grown(({ interruptions }) => interruptions),
    messagesWaitingMost: Math.max(0, ...inside.map(({ messagesWaiting }) => messagesWaiting)),
    ready: { believed: furthest?.readyBelieved ?? 0, true: furthest?.readyTrue ?? 0 },
    stampAgesMs: STAMPS.map((_, stamp) => ageMs(run.samples, stamp, window.untilMs)),
    unserved: run.arrivals.length - run.greetings.length,
  };
}

const greetedAt = ([, at]: LoopRun['greetings'][number]) => at;
const apart = ({ readyBelieved, readyTrue }: RunSample) => Math.abs(readyBelieved - readyTrue);
const upTo = (moments: readonly number[], atMs: number) => moments.filter((at) => at <= atMs).length;
const within = (moments: readonly number[], { fromMs, untilMs }: Window) =>
  moments.filter((at) => at >= fromMs && at <= untilMs);

/** Samples in which a completed turn was seen: it was completed some time since the sample before. */
function completedAt(samples: readonly RunSample[]): readonly number[] {
  return samples.slice(1).flatMap(({ atMs, turnsCompleted }, index) => {
    return turnsCompleted > (samples[index]?.turnsCompleted ?? 0) ? [atMs] : [];
  });
}

/** The longest time between two signs of life, counted from when somebody waited. */
function longest(run: LoopRun, { fromMs, untilMs }: Window, signs: readonly number[]): Stretch {
  const moments = [fromMs, ...signs.toSorted((one, other) => one - other), untilMs];
  let found: Stretch = { fromMs, untilMs: fromMs, waiting: 0 };
  for (const [index, before] of moments.slice(0, -1).entries()) {
    const after = moments[index + 1] ?? untilMs;
    const from = waitingAt(run, before) > 0 ? before : (run.arrivals.find((at) => at > before) ?? after);
    if (after - from <= found.untilMs - found.fromMs) continue;
    // A sign may be the greeting of one of them: they are counted just before.
    const waiting = upTo(run.arrivals, after) - run.greetings.filter(([, at]) => at < after).length;
    found = { fromMs: from, untilMs: after, waiting };
  }
  return found;
}

/** At this moment, since when had it not been seen to change? */
function ageMs(samples: readonly RunSample[], stamp: number, atMs: number): number {
  const before = samples.filter((sample) => sample.atMs <= atMs);
  const last = before.findLastIndex(
    (sample, index) => sample.stamps[stamp] !== before[index - 1]?.stamps[stamp],
  );
  return atMs - (before[last]?.atMs ?? 0);
}
