// Deadlines after a worker was told to finish, and after the stop: whoever may not stay is killed in time, a signal that
// waits for the end of a start-up is sent, and the stop ends. Clocks on the wall move none of them. After every turn.

import type { ListenerView } from '../../../src/os/sim/observer.ts';
import { toEndSince } from './signals.ts';
import { type Child, isCyrus, type Truth, time, title, turnBeganAt, type Unit, violate } from './truth.ts';
import { startlimitMsOf } from './units.ts';
import { isCounted } from './words.ts';

/** Turns' ends after a deadline: one may be under way, one acts, and with few descriptors told at a time one more. */
const TURNS_LATE_MAX = 4;

export type Late = WeakMap<Child, number>;

export function killedAtTheLimit(truth: Truth, late: Late): void {
  const now = truth.kernel.now();
  for (const child of truth.children.values()) {
    if (child.killed || child.view.state !== 'alive') continue;
    const asked = toEndSince(child);
    if (asked === undefined || now <= asked.at + asked.limit.most) {
      late.delete(child);
      continue;
    }
    const turns = (late.get(child) ?? 0) + 1;
    late.set(child, turns);
    if (turns <= TURNS_LATE_MAX) continue;
    violate(
      truth,
      'killed-at-the-limit',
      `${title(child.unit)}: pid ${child.view.pid} got ${asked.signal} at ${time(asked.at)}, its stop limit is ` +
        `${time(asked.limit.most)}, and it lives`,
    );
  }
}

/** Over its start limit, with which it may have been waited for. */
const TOLD_WITHIN_MS = 15_000;

export function toldInTheEnd(truth: Truth): void {
  const now = truth.kernel.now();
  for (const child of truth.children.values()) {
    const { unit, view, words } = child;
    if (!child.drained || words.stopping || view.state !== 'alive') {
      child.deferredSince = undefined;
      continue;
    }
    child.deferredSince ??= now;
    if (now - child.deferredSince <= startlimitMsOf(unit.entry) + TOLD_WITHIN_MS) continue;
    violate(
      truth,
      'told-in-the-end',
      `${title(unit)}: pid ${view.pid} is to finish since ${time(child.deferredSince)}, and nobody has told it`,
    );
  }
}

/** Over the start limit: the queue may have been unreadable for a while. */
const HUNG_START_ENDS_WITHIN_MS = 2_000;

/** While the same client is queued all the time, those who could take him and never took anybody hang. */
export function hungStartsEnd(truth: Truth, unit: Unit, listener: ListenerView | undefined): void {
  const first = listener?.queue[0];
  const before = turnBeganAt(truth) - startlimitMsOf(unit.entry) - HUNG_START_ENDS_WITHIN_MS;
  if (first === undefined || unit.head === undefined || unit.head.seenAt > before || !isCyrus(unit)) return;
  for (const child of unit.unreaped) {
    const { view, words, asked, killed, drained } = child;
    const known = words.settled && isCounted(words) && words.last !== 'busy' && words.connections === 0;
    if (view.spawnedAt > before || view.state !== 'alive' || asked || killed || drained || !known) continue;
    violate(
      truth,
      'hung-starts-end',
      `${title(unit)}: pid ${view.pid}, spawned at ${time(view.spawnedAt)}, has taken nobody, and client ${first.client} is queued since ${time(first.queuedAt ?? 0)}`,
    );
  }
}

/** From the last SIGKILL until the last child is reaped. */
const STOP_ENDS_WITHIN_MS = 2_000;

export function stopEnds(truth: Truth): void {
  const { stop, phase } = truth;
  if (stop === undefined || phase === 'stopped') return;
  const dueAt = Math.min(stop.takenAt + stop.limitMs, stop.forcedAt);
  if (truth.kernel.now() <= dueAt + STOP_ENDS_WITHIN_MS) return;
  stop.turnsLate += 1;
  if (stop.turnsLate <= TURNS_LATE_MAX) return;
  violate(
    truth,
    'stop-ends',
    `the stop was taken at ${time(stop.takenAt)} and had to end by ${time(dueAt)}: ${truth.children.size} children are left`,
  );
}
