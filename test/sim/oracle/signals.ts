// Judged at each signal of the master: it goes to a child of ours, to nobody who could die of it on his way up, and the
// last one, SIGKILL, to nobody before his time. Called by children.ts; throws a Violation.

import type { Signal } from '../../../src/os/os.ts';
import {
  type Asked,
  type Child,
  daemonSpecOf,
  isCyrus,
  serviceSpecOf,
  type Truth,
  time,
  title,
  turnBeganAt,
  type Unit,
  violate,
} from './truth.ts';

export interface SignalSeen {
  readonly signal: Signal;
  readonly pid: number;
  readonly group: boolean;
  /** undefined: nobody whom the master has spawned and not reaped. */
  readonly child: Child | undefined;
}

export function judgeSignal(truth: Truth, { signal, pid, group, child }: SignalSeen): void {
  if (child === undefined) {
    violate(
      truth,
      'only-our-pids',
      `${signal} goes to ${group ? 'process group' : 'pid'} ${pid}, which is no unreaped child`,
    );
  }
  if (signal === 'SIGKILL') {
    judgeKill(truth, child, group);
    return;
  }
  if (signal === 'SIGHUP' || signal === 'SIGTERM') notBeforeUp(truth, child, signal);
  if (signal !== 'SIGHUP' && signal !== 'SIGTERM' && signal !== 'SIGABRT') return;
  child.aborted ||= signal === 'SIGABRT';
  const { stoplimit } = child.unit;
  child.asked = {
    signal,
    at: truth.kernel.now(),
    decidedFrom: turnBeganAt(truth),
    limit: { ...stoplimit },
  };
}

/** The core kills the group, then the child. A child killed alone while it is being spawned is a fault that was injected. */
function judgeKill(truth: Truth, child: Child, group: boolean): void {
  if (!group && !child.killed && child.coreSerial === undefined) return;
  if (!child.killed) notKilledEarly(truth, child);
  child.killed = true;
}

/** However quick the starts are, a silent worker is given this long (docs, "A worker's end"). */
const UP_AFTER_AT_LEAST_MS = 1_000;
/** And this long while no worker of its service has said anything yet. */
const UP_AFTER_UNKNOWN_MS = 5_000;

/** CYRUS.md, weakness 2: without its handlers a worker dies of SIGHUP, and of SIGTERM too. */
function notBeforeUp(truth: Truth, child: Child, signal: Signal): void {
  const { unit, view, words } = child;
  if (!isCyrus(unit) || words.firstAt !== undefined || child.asked !== undefined) return;
  // A stop ends everybody. So does the removal, where workers are known to speak when they are up.
  if (signal === 'SIGTERM' && (truth.stop !== undefined || unit.removed)) return;
  const ageMs = truth.kernel.now() - view.spawnedAt;
  const patienceMs = patienceOf(unit);
  if (signal === 'SIGHUP' && ageMs >= patienceMs) return;
  violate(
    truth,
    'no-signal-before-up',
    `${title(unit)}: pid ${view.pid} gets ${signal} ${time(ageMs)} after its spawn and has said nothing yet, not before ${time(patienceMs)}`,
  );
}

function patienceOf(unit: Unit): number {
  const limitMs = serviceSpecOf(unit)?.startlimitMs ?? 0;
  if (unit.announces) return limitMs;
  return Math.min(limitMs, unit.spoken ? UP_AFTER_AT_LEAST_MS : UP_AFTER_UNKNOWN_MS);
}

/** Differences of readings of one clock. */
const ROUNDING_MS = 0.01;

function notKilledEarly(truth: Truth, child: Child): void {
  const now = truth.kernel.now() + ROUNDING_MS;
  if (stopIsOver(truth, now) || startIsOver(child, now)) return;
  const from = limitBeganAt(child);
  if (from !== undefined && now >= from.at + from.limitMs) return;
  const { unit, view } = child;
  violate(
    truth,
    'not-killed-early',
    from === undefined
      ? `${title(unit)}: pid ${view.pid} is killed ${time(now - view.spawnedAt)} after its spawn, and was not asked to end`
      : `${title(unit)}: pid ${view.pid} is killed ${time(now - from.at)} after ${from.what}, its stop limit is ${time(from.limitMs)}`,
  );
}

function stopIsOver({ stop }: Truth, now: number): boolean {
  return stop !== undefined && (stop.forced || now >= stop.takenAt + stop.limitMs);
}

/** Who hangs at its start: it never was ready, or has taken nobody. */
function startIsOver({ unit, view, words, served, honest }: Child, now: number): boolean {
  const startlimitMs = (serviceSpecOf(unit) ?? daemonSpecOf(unit))?.startlimitMs ?? Number.POSITIVE_INFINITY;
  // Of one that lies the master cannot know whom it has taken.
  const tookNobody = !honest || (!served && words.connections === 0);
  return tookNobody && now - view.spawnedAt >= startlimitMs;
}

interface LimitBegan {
  readonly at: number;
  readonly limitMs: number;
  readonly what: string;
}

/** The stop limit begins with the last signal; or with the end of the last client, of one that was to finish. */
function limitBeganAt({ asked, words, honest, unit }: Child): LimitBegan | undefined {
  if (asked === undefined) {
    if (!words.stopping) return undefined;
    return { at: words.stoppingAt, limitMs: unit.stoplimit.leastEver, what: 'STOPPING=1' };
  }
  const limitMs = asked.limit.least;
  const finished = asked.signal === 'SIGHUP' && honest && words.idleSince > asked.at && words.clients === 0;
  if (finished) return { at: words.idleSince, limitMs, what: 'it finished its last client' };
  return { at: asked.decidedFrom, limitMs, what: asked.signal };
}

/** Since when it is to end and nothing keeps it: undefined, when it may stay. For deadlines.ts. */
export function toEndSince(child: Child): Asked | undefined {
  const { asked, words, honest, unit } = child;
  if (asked === undefined || asked.signal !== 'SIGHUP' || !isCyrus(unit)) return asked;
  // Asked gently, a worker may finish its clients. Of one that lies nothing can be said.
  if (!honest || !words.settled || words.last === 'busy' || words.clients > 0) return undefined;
  return words.idleSince > asked.at ? { ...asked, at: words.idleSince } : asked;
}
