// Nobody is forgotten: a child that is dead when a turn ends is reaped in the next, for its pidfd is readable then. The
// self-audit is no excuse: what it finds is drift. And what inetd services accept is served. Called after every turn.

import type { Service } from '../../../src/core/service.ts';
import { serviceSpecOf, type Truth, time, title, type Unit, violate, wasCutShort } from './truth.ts';

/** Turns' ends at which a dead child may be seen: it died in a turn after its exits were collected. */
const ZOMBIE_TURNS_MAX = 1;

export function noWorkerForgotten(truth: Truth): void {
  const late = wasCutShort(truth);
  for (const child of truth.children.values()) {
    const { view, unit } = child;
    if (view.state !== 'zombie') continue;
    if (!late) child.zombieTurns += 1;
    if (child.zombieTurns <= ZOMBIE_TURNS_MAX) continue;
    violate(
      truth,
      'no-worker-forgotten',
      `${title(unit)}: pid ${view.pid} ended (${view.ending}) at ${time(view.endedAt ?? 0)} and is not reaped ${child.zombieTurns} turns later`,
    );
  }
}

/** Protocol inetd: as many processes as connections were accepted, but for the one that waits for its process. */
export function acceptedIsServed(truth: Truth, unit: Unit, service: Service): void {
  if (serviceSpecOf(unit)?.protocol !== 'inetd' || unit.removed || truth.stop || truth.phase === 'stopping')
    return;
  const waiting = service.pendingConnection === undefined ? 0 : 1;
  const lost = unit.acceptedByMaster - unit.spawned - waiting;
  if (lost === 0) return;
  if (lost === 1 && service.breaker.kind === 'disabled') {
    // Closed, like the socket: until a reload nobody would serve him.
    unit.acceptedByMaster -= 1;
    return;
  }
  violate(
    truth,
    'accepted-is-served',
    `${title(unit)}: the master has accepted ${unit.acceptedByMaster} connections, handed ${unit.spawned} to processes, and keeps ${waiting}`,
  );
}
