// Judged at each signal of the master: it goes to a child of ours, to nobody who could die of it on his way up, and the
// last one, SIGKILL, to nobody before his time. Called by children.ts; throws a Violation.

import type { Signal } from '../../../src/os/os.ts';
import { judgeRetirement } from './retirement.ts';
import {
  type Asked,
  type Child,
  daemonSpecOf,
  isCyrus,
  type Truth,
  time,
  title,
  turnBeganAt,
  type Unit,
  violate,
} from './truth.ts';
import { isCounted } from './words.ts';

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
  if (signal !== 'SIGHUP' && signal !== 'SIGTERM' && signal !== 'SIGABRT') return;
  if (signal === 'SIGHUP' && daemonSpecOf(child.unit)?.failureRule === 'cyrus') {
    judgeNudge(truth, child);
    return;
  }
  if (signal !== 'SIGABRT') notBeforeUp(truth, child, signal);
  judgeRetirement(truth, child, signal);
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
  // A stop ends everybody. So does the removal, for the socket is shut: by SIGHUP, which lets clients be finished.
  if (signal === 'SIGTERM' ? truth.stop !== undefined : unit.removed) return;
  const ageMs = truth.kernel.now() - view.spawnedAt;
  const patienceMs = patienceOf(unit);
  if (signal === 'SIGHUP' && ageMs >= patienceMs) return;
  violate(
    truth,
    'no-signal-before-up',
    `${title(unit)}: pid ${view.pid} gets ${signal} ${time(ageMs)} after its spawn and has said nothing yet, not before ${time(patienceMs)}`,
  );
}

/** As under Cyrus a reload is told to a daemon too: it is not asked to end by that. */
function judgeNudge(truth: Truth, child: Child): void {
  const { unit, view } = child;
  child.nudged = true;
  const ageMs = truth.kernel.now() - view.spawnedAt;
  const patienceMs = patienceOf(unit);
  if (daemonSpecOf(unit)?.wait === true || ageMs >= patienceMs) return;
  violate(
    truth,
    'no-signal-before-up',
    `${title(unit)}: pid ${view.pid} gets SIGHUP ${time(ageMs)} after its spawn, not before ${time(patienceMs)}`,
  );
}

function patienceOf(unit: Unit): number {
  // Of several reloads in one turn each is obeyed with the limit that it brings.
  const limitMs = unit.startlimitLeastMs;
  if (unit.announces) return limitMs;
  return Math.min(limitMs, unit.spoken ? UP_AFTER_AT_LEAST_MS : UP_AFTER_UNKNOWN_MS);
}

/** Differences of readings of one clock. */
const ROUNDING_MS = 0.01;

function notKilledEarly(truth: Truth, child: Child): void {
  const now = truth.kernel.now() + ROUNDING_MS;
  if (stopIsOver(truth, now) || startIsOver(truth, child, now)) return;
  const from = limitBeganAt(truth, child);
  if (from !== undefined && now >= from.at + from.limitMs) return;
  const { unit, view } = child;
  violate(
    truth,
    'not-killed-early',
    from === undefined
      ? `${title(unit)}: pid ${view.pid} is killed ${time(now - view.spawnedAt)} after its spawn, and was not asked to end`
      : from.at === Number.POSITIVE_INFINITY
        ? `${title(unit)}: pid ${view.pid} is killed, may finish its clients, and has ${child.words.clients}`
        : `${title(unit)}: pid ${view.pid} is killed ${time(now - from.at)} after ${from.what}, its stop limit is ${time(from.limitMs)}`,
  );
}

function stopIsOver({ stop }: Truth, now: number): boolean {
  return stop !== undefined && (stop.forced || now >= stop.takenAt + stop.limitMs);
}

/** Who hangs at its start: it never was ready, or has taken nobody. */
function startIsOver({ kernel }: Truth, { unit, view, words, startlimitMs }: Child, now: number): boolean {
  // By its words: what it has not told, or only since the master has looked for the last time, the master cannot know.
  const tookNobody = !isCounted(words) || kernel.calls - words.servedAtCall <= CALLS_OF_A_KILL;
  return tookNobody && now - view.spawnedAt >= Math.min(startlimitMs, unit.startlimitLeastMs);
}

/** Nobody is killed before he was heard: a read that finds nothing, a poll that is sure of it, the kill. */
const CALLS_OF_A_KILL = 4;

interface LimitBegan {
  readonly at: number;
  readonly limitMs: number;
  readonly what: string;
}

/** The stop limit begins with the last signal; or with the end of the last client, of one that was to finish. */
function limitBeganAt(truth: Truth, { asked, words, unit }: Child): LimitBegan | undefined {
  if (asked === undefined) {
    if (!words.stopping) return undefined;
    return { at: words.stoppingAt, limitMs: unit.stoplimit.leastEver, what: 'STOPPING=1' };
  }
  const limitMs = asked.limit.least;
  if (isGentle(asked, unit) && isCounted(words)) {
    // Until it has finished, it has all the time in the world.
    if (words.serving && words.settled)
      return { at: Number.POSITIVE_INFINITY, limitMs, what: 'its last client' };
    // A turn that is held up reads what was said after it had begun, and its deadlines count from then.
    const readFrom = words.idleKnownAt > words.idleSince ? words.idleReadFrom : turnBeganAt(truth);
    if (words.idleSince > asked.at) {
      const at = Math.min(words.idleSince, readFrom);
      return { at, limitMs: unit.stoplimit.leastEver, what: 'it finished its last client' };
    }
  }
  return { at: asked.decidedFrom, limitMs, what: asked.signal };
}

/** Since when it is to end and nothing keeps it: undefined, when it may stay. For deadlines.ts. */
export function toEndSince(child: Child): Asked | undefined {
  const { asked, words, unit } = child;
  if (asked === undefined || !isGentle(asked, unit)) return asked;
  if (!isCounted(words) || !words.settled || words.serving) return undefined;
  if (words.idleKnownAt <= asked.at) return asked;
  return { ...asked, at: words.idleKnownAt, limit: { least: 0, most: unit.stoplimit.mostEver } };
}

/** Asked so, a worker may finish its clients. */
function isGentle({ signal }: Asked, unit: Unit): boolean {
  return signal === 'SIGHUP' && isCyrus(unit);
}
