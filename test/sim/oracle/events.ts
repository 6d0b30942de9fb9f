// Events: never twice at a time where they must not be, no more often than their period, once for one occurrence.
// Judged at each run; the clock on the wall is taken from the facts, which carry it.

import type { Fact } from '../../../src/core/facts.ts';
import { type Child, eventSpecOf, type Truth, time, title, type Unit, violate } from './truth.ts';

/** Called at the fork. */
export function judgeRun(truth: Truth, child: Child): void {
  neverTwice(truth, child);
  periodIsKept(truth, child);
  child.unit.runs += 1;
  child.unit.lastRunAt = truth.kernel.now();
  child.unit.lastActiveAt = child.unit.lastRunAt;
}

/** Whatever a reload has done meanwhile: who must not overlap is often who must not meet himself in a spool. */
function neverTwice(truth: Truth, { unit, view }: Child): void {
  const event = eventSpecOf(unit);
  const running = truth.running.get(unit.id);
  if (event === undefined || event.overlap === 'allow' || running === undefined || running.size <= 1) return;
  const others = [...running].filter((other) => other.view !== view).map((other) => other.view.pid);
  violate(
    truth,
    'skip-never-twice',
    `${title(unit)}: pid ${view.pid} is spawned while pid ${others.join(', ')} has not ended, overlap=${event.overlap}`,
  );
}

/** Rounding of a grid that is added up. */
const ROUNDING_MS = 0.01;

function periodIsKept(truth: Truth, { unit, view }: Child): void {
  const trigger = eventSpecOf(unit)?.trigger;
  if (trigger?.kind !== 'period') return;
  const earliest = unit.bornAt + unit.runs * trigger.periodMs;
  if (truth.kernel.now() + ROUNDING_MS >= earliest) return;
  violate(
    truth,
    'period-is-kept',
    `${title(unit)}: pid ${view.pid} is run number ${unit.runs + 1} since ${time(unit.bornAt)}, ` +
      `the period is ${time(trigger.periodMs)}: not before ${time(earliest)}`,
  );
}

const MINUTE_MS = 60_000;
/** A step back of the clock that is taken for a correction: then the schedule begins anew (docs, EVENTS). */
const CORRECTION_MS = 3 * 3_600_000;

export interface WallClock {
  /** The latest reading of the master. */
  lastMs: number;
  /** Events whose fork has just failed: the run that makes up for it may fall into the minute of the next one. */
  readonly retried: Map<string, number>;
}

export function createWallClock(): WallClock {
  return { lastMs: Number.NEGATIVE_INFINITY, retried: new Map() };
}

/** Called with the facts of the turn, whose times are those of the clock on the wall. */
export function judgeOccurrences(truth: Truth, wall: WallClock, facts: readonly Fact[]): void {
  const nowMs = truth.master?.lastWallMs ?? wall.lastMs;
  if (nowMs < wall.lastMs - CORRECTION_MS) {
    for (const unit of truth.units.values()) unit.lastOccurrence = Number.NEGATIVE_INFINITY;
  }
  wall.lastMs = nowMs;
  for (const fact of facts) {
    if (!('owner' in fact) || fact.owner !== 'event') continue;
    const unit = truth.units.get(`event/${fact.service}`);
    if (unit === undefined) continue;
    if (fact.kind === 'spawn-failed') wall.retried.set(unit.id, truth.kernel.now());
    if (fact.kind === 'spawned') occurrenceRunsOnce(truth, wall, unit, fact.at, fact.pid);
  }
}

/** Patterns are of whole minutes: without jitter and queue, two runs in one minute are two for one occurrence. */
function occurrenceRunsOnce(truth: Truth, wall: WallClock, unit: Unit, atMs: number, pid: number): void {
  const event = eventSpecOf(unit);
  if (event?.trigger.kind !== 'cron' || event.jitterMs > 0 || event.overlap === 'queue') return;
  const minute = Math.floor(atMs / MINUTE_MS);
  const retried = truth.kernel.now() - (wall.retried.get(unit.id) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS;
  if (minute === unit.lastOccurrence && !retried) {
    violate(
      truth,
      'occurrence-runs-once',
      `${title(unit)}: pid ${pid} is the second run for ${new Date(minute * MINUTE_MS).toISOString()}`,
    );
  }
  unit.lastOccurrence = minute;
}
