// Events: never twice at a time where they must not be, no more often than their period, once for one occurrence; and
// what is due runs, also after a fork that failed and after a run that had to wait. Called at each run, with the facts
// of a turn, and after every turn; throws a Violation.

import type { Fact, FactKind } from '../../../src/core/facts.ts';
import type { Master } from '../../../src/core/master.ts';
import type { EventSpec } from '../../../src/core/spec.ts';
import {
  type Child,
  eventSpecOf,
  type Truth,
  time,
  title,
  turnBeganAt,
  type Unit,
  violate,
} from './truth.ts';

/** Called at the fork. */
export function judgeRun(truth: Truth, child: Child): void {
  const { unit } = child;
  neverTwice(truth, child);
  periodIsKept(truth, child);
  unit.runs += 1;
  unit.lastRunAt = truth.kernel.now();
  unit.lastActiveAt = unit.lastRunAt;
  unit.retryAt = undefined;
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
/** An event whose fork failed is tried again after that. */
const RETRY_MS = 1_000;

export interface WallClock {
  /** The latest reading of the master. */
  lastMs: number;
  /** The highest since the last correction: what was due before it has had its time. */
  highestMs: number;
  /** Events whose fork has just failed: the run that makes up for it may fall into the minute of the next one. */
  readonly retried: Map<string, number>;
}

export function createWallClock(): WallClock {
  return {
    lastMs: Number.NEGATIVE_INFINITY,
    highestMs: Number.NEGATIVE_INFINITY,
    retried: new Map(),
  };
}

/** Called with the facts of the turn, whose times are those of the clock on the wall. */
export function judgeOccurrences(truth: Truth, wall: WallClock, facts: readonly Fact[]): void {
  lookAtClock(truth, wall);
  const free = freed(truth);
  for (const fact of facts) {
    if (!('owner' in fact) || fact.owner !== 'event') continue;
    const unit = truth.units.get(`event/${fact.service}`);
    if (unit === undefined) continue;
    if (fact.kind === 'event-queued') unit.queuedRuns += 1;
    if (fact.kind === 'spawn-failed') {
      const isOver = fact.stage === 'exec';
      hasWaited(unit, free, isOver);
      forkFailed(truth, wall, unit, !isOver);
    }
    if (fact.kind === 'spawned' && !hasWaited(unit, free, false))
      occurrenceRunsOnce(truth, wall, unit, fact.at, fact.pid);
    if (fact.kind !== 'spawn-failed' && COMES_OF_BEING_DUE.includes(fact.kind)) unit.retryAt = undefined;
    if (COMES_OF_BEING_DUE.includes(fact.kind)) {
      unit.occurrence = undefined;
      wall.highestMs = Math.max(wall.highestMs, fact.at);
    }
  }
}

/** Ids of the events whose last run was reaped in this turn: the next to run is one that waits, if any does. */
function freed({ now, running, last }: Truth): Set<string> {
  const ids = new Set(now.reaped.map(({ unit }) => unit.id));
  for (const id of ids) {
    const others = [...(running.get(id) ?? [])].filter(({ view }) => view.spawnedAt <= last.endedAt);
    if (others.length > 0) ids.delete(id);
  }
  return ids;
}

/** Is this run one that waited, or one that is due? One that could not be executed is over: the next is one that waits. */
function hasWaited(unit: Unit, free: Set<string>, isOver: boolean): boolean {
  const waited = free.has(unit.id) && unit.queuedRuns > 0;
  if (waited) unit.queuedRuns -= 1;
  if (isOver) free.add(unit.id);
  else free.delete(unit.id);
  return waited;
}

const COMES_OF_BEING_DUE: readonly FactKind[] = ['spawned', 'spawn-failed', 'event-skipped', 'event-queued'];

function lookAtClock(truth: Truth, wall: WallClock): void {
  const nowMs = truth.master?.lastWallMs ?? wall.lastMs;
  if (nowMs < wall.lastMs - CORRECTION_MS) {
    for (const unit of truth.units.values()) {
      unit.lastOccurrence = Number.NEGATIVE_INFINITY;
      unit.occurrence = undefined;
    }
    wall.highestMs = nowMs;
  }
  wall.lastMs = nowMs;
  wall.highestMs = Math.max(wall.highestMs, nowMs);
}

function forkFailed(truth: Truth, wall: WallClock, unit: Unit, isTriedAgain: boolean): void {
  wall.retried.set(unit.id, truth.kernel.now());
  const retryAt = truth.kernel.now() + RETRY_MS;
  unit.retryAt = isTriedAgain ? retryAt : undefined;
  if (isTriedAgain) unit.retriedBy = retryAt;
}

/** Patterns are of whole minutes: two runs in one minute, when neither has waited, are two for one occurrence. */
function occurrenceRunsOnce(truth: Truth, wall: WallClock, unit: Unit, atMs: number, pid: number): void {
  const event = eventSpecOf(unit);
  if (event?.trigger.kind !== 'cron' || event.jitterMs > 0) return;
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

/** Called after every turn of a master that runs. */
export function dueNow(truth: Truth, wall: WallClock, master: Master): void {
  if (truth.phase !== 'running' || truth.stop || COMES_OF_BEING_DUE.some((kind) => truth.quiet.has(kind)))
    return;
  for (const unit of truth.units.values()) {
    const event = eventSpecOf(unit);
    if (event === undefined) continue;
    triedAgain(truth, unit);
    queuedRunsFollow(truth, unit);
    if (event.trigger.kind === 'cron')
      occurrenceRuns(truth, wall, master, unit, event, event.trigger.pattern);
  }
}

/** A turn that begins when it is due makes the run, or hears why not; this one may have begun a moment before. */
function triedAgain(truth: Truth, unit: Unit): void {
  if (unit.retryAt === undefined || turnBeganAt(truth) < unit.retryAt + ROUNDING_MS) return;
  const since = time(unit.retryAt - RETRY_MS);
  violate(truth, 'due-events-run', `${title(unit)}: its fork failed at ${since}, and it was not tried again`);
}

/** They wait for a fork that failed and is tried again, also when a run that was due meanwhile has come to nothing. */
function queuedRunsFollow(truth: Truth, unit: Unit): void {
  const running = truth.running.get(unit.id)?.size ?? 0;
  if (unit.queuedRuns === 0 || running > 0 || turnBeganAt(truth) < unit.retriedBy + ROUNDING_MS) return;
  violate(
    truth,
    'due-events-run',
    `${title(unit)}: ${unit.queuedRuns} runs wait, and nothing runs that they could wait for`,
  );
}

/**
 * The occurrence after all that the clock has shown is due when the clock shows it, however it has got there. The one
 * that is looked for is found anew whenever something has come of it, or the event has changed.
 */
function occurrenceRuns(
  truth: Truth,
  wall: WallClock,
  master: Master,
  unit: Unit,
  event: EventSpec,
  pattern: string,
): void {
  const known = unit.occurrence;
  if (known?.event === event) {
    if (master.lastWallMs < known.atMs + event.jitterMs) return;
    const at = new Date(known.atMs).toISOString();
    violate(truth, 'due-events-run', `${title(unit)}: was due at ${at}, and nothing has come of it`);
  }
  const next = truth.kernel.os.nextOccurrence(pattern, Math.max(wall.highestMs, master.lastWallMs));
  unit.occurrence = next === undefined ? undefined : { event, atMs: next };
}
