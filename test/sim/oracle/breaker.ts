// The breaker, from the deaths that the kernel has seen: it counts none that nobody can see, and workers that die one
// after the other are started again only after pauses that double. Called at each fork and after every turn.

import type { Breaker } from '../../../src/core/breaker.ts';
import type { Service } from '../../../src/core/service.ts';
import {
  type Child,
  isLeaving,
  serviceSpecOf,
  type Truth,
  time,
  title,
  type Unit,
  violate,
} from './truth.ts';
import { isCounted } from './words.ts';

/** Deaths in a row that open the breaker, and the longest gap between them (docs, "The breaker"). */
const FAILURES_MAX = 5;
/** The gap is measured between turns; a little less than the 10 s of the docs. */
const GAP_MS = 9_000;
const PAUSE_FIRST_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/** Called at the fork. The breaker may have opened before the fifth death that we could be sure of: one fork is free. */
export function judgeStreak(truth: Truth, { unit, view }: Child): void {
  const { streak } = unit;
  const now = truth.kernel.now();
  if (streak.failures < FAILURES_MAX || now - streak.lastAt > GAP_MS) return;
  // The last probe has not died: it is on its way out by itself, or has served.
  for (const other of unit.unreaped) {
    if (other.view === view || other.view.spawnedAt < streak.openedAt) continue;
    streak.failures = 0;
    return;
  }
  streak.forksSince += 1;
  const leastMs = pausesMs(streak.forksSince);
  if (now - streak.openedAt >= leastMs) return;
  violate(
    truth,
    'breaker-holds',
    `${title(unit)}: pid ${view.pid} is fork number ${streak.forksSince} within ${time(now - streak.openedAt)} of ` +
      `${FAILURES_MAX} deaths in a row, ${streak.failures} by now: not before ${time(leastMs)}`,
  );
}

/** Of the forks after the first: 2 s, 4 s, 8 s, ... */
function pausesMs(forks: number): number {
  let sum = 0;
  for (let fork = 2; fork <= forks; fork += 1)
    sum += Math.min(PAUSE_FIRST_MS * 2 ** (fork - 1), PAUSE_MAX_MS);
  return sum;
}

/** Called as it is reaped. */
export function keepStreak(truth: Truth, child: Child): void {
  const { streak } = child.unit;
  // Who was told to end, perhaps by the administrator, or has ended in order, is replaced at once.
  if (!isClearFailure(child)) {
    streak.failures = 0;
    return;
  }
  const now = truth.kernel.now();
  streak.failures = now - streak.lastAt <= GAP_MS ? streak.failures + 1 : 1;
  streak.lastAt = truth.master?.now ?? now;
  if (streak.failures !== FAILURES_MAX) return;
  streak.openedAt = streak.lastAt;
  streak.forksSince = 0;
}

const diedOfNudge = ({ nudged, view }: Child) => nudged && view.ending === 'signal SIGHUP';

/** It ended badly, nobody had asked it to, and it had not served anybody. */
function isClearFailure(child: Child): boolean {
  const { view, asked, killed, served, drained, words, unit } = child;
  const handsOver = serviceSpecOf(unit)?.protocol === 'inetd';
  if (!isCounted(words) || diedOfNudge(child)) return false;
  if (asked || killed || served || drained || handsOver || words.wasBusy || words.connections > 0)
    return false;
  return view.ending !== 'exit 0' && view.ending !== 'exit 75';
}

/** What the breaker of each service was at the end of the last turn. */
export type BreakersSeen = WeakMap<Service, Breaker>;

/** Called after every turn. */
export function failuresAreReal(truth: Truth, seen: BreakersSeen, service: Service, unit: Unit): void {
  const before = seen.get(service)?.failures ?? 0;
  seen.set(service, service.breaker);
  const counted = service.breaker.failures - before;
  if (counted <= 0 || truth.quiet.has('spawn-failed')) return;
  const deaths = truth.now.reaped.filter((child) => child.unit === unit && mayBeFailure(child)).length;
  const execs = truth.now.execFailures.filter((name) => name === `${service.name} ${service.family}`).length;
  if (counted <= deaths + execs) return;
  violate(
    truth,
    'failures-are-real',
    `${title(unit)}: the breaker counts ${counted} more failures, the kernel has seen ${deaths} deaths that nobody had asked for and ${execs} execs that failed`,
  );
}

/** Killed at its start limit or after its watchdog, it was asked by nothing milder. Who has told of a client has served. */
function mayBeFailure(child: Child): boolean {
  const { asked, aborted, words, unit } = child;
  if (aborted) return true;
  if (diedOfNudge(child)) return false;
  const served = isCounted(words) && words.connections > 0;
  const byCyrusRule = serviceSpecOf(unit)?.failureRule === 'cyrus' && words.last !== 'busy';
  return asked === undefined && (!served || byCyrusRule);
}

/** Called after every turn: a probe that has served, and that the master has heard of, closes it. */
export function servingClosesIt(truth: Truth, { breaker }: Service, unit: Unit): void {
  if (breaker.kind !== 'probing') return;
  for (const { view, words, asked, killed, drained } of unit.unreaped) {
    const told = asked !== undefined || killed || drained;
    if (told || view.spawnedAt < breaker.probedAt || !words.settled || !isCounted(words)) continue;
    if (words.connections === 0) continue;
    violate(
      truth,
      'breaker-holds',
      `${title(unit)}: its breaker probes since ${time(breaker.probedAt)}, and pid ${view.pid}, spawned at ${time(view.spawnedAt)}, has served ${words.connections} clients`,
    );
  }
}

/** Called at the fork: one probe at a time, until it has served or died. */
export function oneProbeAtATime(truth: Truth, { unit, view }: Child): void {
  const { master } = truth;
  const service = master?.services.find((each) => truth.recordOf.get(each) === unit);
  if (master === undefined || service?.breaker.kind !== 'probing') return;
  const { probedAt } = service.breaker;
  for (const child of unit.unreaped) {
    const { view: other, words } = child;
    const away = isLeaving(master, child) || words.wasBusy || !isCounted(words);
    if (other === view || away || other.spawnedAt < probedAt || serviceSpecOf(unit)?.protocol === 'inetd')
      continue;
    violate(
      truth,
      'breaker-holds',
      `${title(unit)}: pid ${view.pid} is spawned while the breaker probes since ${time(probedAt)}, and pid ${other.pid} is its probe`,
    );
  }
}

/** A turn is made once a second at least. */
const TRIED_WITHIN_MS = 1_500;
const TURNS_LATE_MAX = 4;
/** A probe that nobody died of for so long closes the breaker (docs, "The breaker"). */
const PROBE_MS = 10_000;

/** Turns' ends at which the breaker of a service was found to stand still. */
export type BreakersLate = WeakMap<Service, number>;

/** Called after every turn. The pause is the core's own word: it is what the administrator was told. */
export function breakerTriesAgain(truth: Truth, late: BreakersLate, service: Service, unit: Unit): void {
  const { breaker, listener, kind } = service;
  const dueAt = breaker.kind === 'open' ? breaker.retryAt : probeOverAt(breaker);
  const mayHaveWorkers = kind === 'daemon' || listener !== undefined;
  if (!mayHaveWorkers || truth.kernel.now() <= dueAt + TRIED_WITHIN_MS) {
    late.delete(service);
    return;
  }
  const turns = (late.get(service) ?? 0) + 1;
  late.set(service, turns);
  if (turns <= TURNS_LATE_MAX) return;
  violate(
    truth,
    'breaker-tries-again',
    `${title(unit)}: its breaker is ${breaker.kind}, and should be no more since ${time(dueAt)}`,
  );
}

function probeOverAt(breaker: Breaker): number {
  return breaker.kind === 'probing' ? breaker.probedAt + PROBE_MS : Number.POSITIVE_INFINITY;
}
