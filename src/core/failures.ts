// What happens when a service's workers don't come up: the breaker is fed, and its changes are told.

import { add, SERVICE_FIELD } from './board.ts';
import { type Breaker, CLOSED, elapsed, failed } from './breaker.ts';
import { type Master, tell } from './master.ts';
import { subject } from './owner.ts';
import { failureRuleOf, type Service } from './service.ts';

/** Feeds the breaker and tells when it opens. `atOnce`: the next attempt will fail as well (exec). */
export function serviceFailed(master: Master, service: Service, atOnce: boolean): void {
  const before = service.breaker;
  service.breaker = failed(before, master.now, failureRuleOf(service), atOnce);
  if (service.breaker !== before) tellBreaker(master, service, before, service.breaker);
}

function tellBreaker(master: Master, service: Service, before: Breaker, after: Breaker): void {
  const { lastExit } = service;
  if (after.kind === 'disabled') {
    tell(master, { ...subject(service), kind: 'service-disabled', failures: after.failures });
  }
  if (after.kind !== 'open' || before.kind === 'open') return;
  add(service.view, SERVICE_FIELD.breakerOpenings, 1);
  tell(master, {
    ...subject(service),
    kind: 'breaker-opened',
    failures: after.failures,
    retryInMs: after.pauseMs,
    lastExit: lastExit?.how ?? '',
    lastStderr: lastExit?.lastStderr ?? '',
  });
}

/** Lets time pass for the breaker: a pause that is over becomes a probe. */
export function breakerTime(master: Master, service: Service): void {
  const before = service.breaker;
  service.breaker = elapsed(before, master.now);
  if (service.breaker === before) return;
  if (service.breaker.kind === 'probing') tell(master, { ...subject(service), kind: 'breaker-probing' });
  if (before.kind === 'probing') tellBreakerClosed(master, service, before.openedAt);
}

export function tellBreakerClosed(master: Master, service: Service, openedAt: number): void {
  tell(master, { ...subject(service), kind: 'breaker-closed', afterMs: master.now - openedAt });
}

/** A reload gives every service a new chance. */
export function resetBreaker(master: Master, service: Service): void {
  const before = service.breaker;
  service.breaker = CLOSED;
  if (before.kind === 'open' || before.kind === 'probing')
    tellBreakerClosed(master, service, before.openedAt);
}
