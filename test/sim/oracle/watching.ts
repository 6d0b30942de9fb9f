// What the master watches: no listener whose service may start nobody or whose clients are seen already, for a
// level-triggered poll would return at once, for ever. And clients of a removed or a disabled service are refused. After every turn.

import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import type { ListenerView } from '../../../src/os/sim/observer.ts';
import { addressKey, hit, serviceSpecOf, type Truth, time, title, type Unit, violate } from './truth.ts';

const RULE = 'full-service-not-watched';

export function fullServiceNotWatched(
  truth: Truth,
  master: Master,
  service: Service,
  unit: Unit,
  listener: ListenerView | undefined,
): void {
  const { listener: own, breaker } = service;
  if (!own || !master.interest.fds.includes(own.fd)) return;
  const why = whyNot(truth, unit, listener);
  const halted =
    breaker.kind === 'open' || breaker.kind === 'disabled' ? `its breaker is ${breaker.kind}` : why;
  if (halted) violate(truth, RULE, `${title(unit)}: its listener is watched, and ${halted}`);
}

function whyNot(truth: Truth, unit: Unit, listener: ListenerView | undefined): string | undefined {
  const { maxchild } = unit.limits;
  if (unit.paused) return 'it is paused';
  if (unit.unreaped.size >= maxchild) return `${unit.unreaped.size} of ${maxchild} children are there`;
  // Queued before this turn, and still: the turn must have seen it, unless it was told nothing of the queue.
  const first = listener?.queue[0];
  if (first?.queuedAt === undefined || first.queuedAt >= truth.last.endedAt) return undefined;
  if (hit(truth, 'queue-eio') || truth.now.interrupted) return undefined;
  return `a client is queued since ${time(first.queuedAt)}`;
}

/** A removed service's socket may be opened again by a worker on its way up: it is shut at the next turn (1 s). */
const REFUSED_WITHIN_MS = 1_500;

/** Since when a socket that nobody is configured for takes clients, by its address. */
export type StillOpen = Map<string, number>;

export function removedRefuses(truth: Truth, open: StillOpen, listeners: readonly ListenerView[]): void {
  if (truth.phase !== 'running') return;
  const now = truth.kernel.now();
  for (const { address, name, shut, ofMaster } of listeners) {
    const key = addressKey(address);
    // Workers of protocol cyrus, who may be busy for long, hold it as well: it is shut down for them too.
    const allowed = shut || truth.byAddress.has(key) || (!ofMaster && !truth.deserted.has(key));
    if (allowed) open.delete(key);
    else if (now - (open.get(key) ?? now) > REFUSED_WITHIN_MS) {
      const since = time(open.get(key) ?? now);
      violate(
        truth,
        'removed-refuses',
        `${name} at ${key}: was removed, and its socket takes clients since ${since}`,
      );
    } else if (!open.has(key)) open.set(key, now);
  }
}

/** Workers that still live may serve, as they hold the socket. A reload opens it again: comesToRest wants that. */
export function disabledRefuses(
  truth: Truth,
  { breaker }: Service,
  unit: Unit,
  listener: ListenerView | undefined,
): void {
  if (breaker.kind !== 'disabled' || listener === undefined || unit.unreaped.size > 0) return;
  violate(
    truth,
    'disabled-refuses',
    `${title(unit)}: is disabled, nobody is left, and its socket takes clients`,
  );
}

/** The listeners of the kernel by address: what the other rules look up. */
export function byAddress(listeners: readonly ListenerView[]): ReadonlyMap<string, ListenerView> {
  const found = new Map<string, ListenerView>();
  for (const listener of listeners)
    if (listener.ofMaster && !listener.shut) found.set(addressKey(listener.address), listener);
  return found;
}

export function listenerOf(found: ReadonlyMap<string, ListenerView>, unit: Unit): ListenerView | undefined {
  const spec = serviceSpecOf(unit);
  const listener = spec && found.get(addressKey(spec.address));
  // Another entry may have been given the same address, while this one is disabled.
  return listener?.name === unit.name ? listener : undefined;
}
