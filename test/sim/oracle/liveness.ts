// After the world has healed: whoever waits is served, what is due runs, and all comes to rest. The bounds are what an
// administrator on call would accept. Called after every turn, and when the stop is about to be sent.

import type { Service } from '../../../src/core/service.ts';
import type { ListenerView } from '../../../src/os/sim/observer.ts';
import { eventSpecOf, serviceSpecOf, type Truth, time, title, type Unit, violate } from './truth.ts';

/**
 * How long the first of a queue may wait while the service could start a worker and nobody is accepted: the time of a
 * start, a few looks at the queue, a token of a slow fork rate. And a hung start, which is over at its limit, before it.
 */
const ACCEPTED_WITHIN_MS = 10_000;

export function clientsAreServed(truth: Truth, unit: Unit, listener: ListenerView | undefined): void {
  const spec = serviceSpecOf(unit);
  if (truth.healedAt === undefined || truth.stop || spec === undefined || listener === undefined) return;
  const first = listener.queue.find(({ state }) => state === 'queued');
  if (first?.queuedAt === undefined || unit.capacitySince === undefined) return;
  const now = truth.kernel.now();
  const since = Math.max(truth.healedAt, first.queuedAt, unit.capacitySince, unit.lastAcceptAt);
  if (now - since <= ACCEPTED_WITHIN_MS + spec.startlimitMs) return;
  violate(
    truth,
    'clients-are-served',
    `${title(unit)}: client ${first.client} is queued since ${time(first.queuedAt)}, nobody was accepted since ` +
      `${time(unit.lastAcceptAt)}, and only ${unit.unreaped.size} of ${unit.limits.maxchild} children are there`,
  );
}

/** Held against every service and daemon when the world has had a minute. */
export function comesToRest(truth: Truth, recordOf: ReadonlyMap<Unit, Service>): void {
  for (const unit of truth.units.values()) {
    const service = recordOf.get(unit);
    if (service === undefined) continue;
    const { breaker, decision, listener, workers } = service;
    if (breaker.kind !== 'closed') rest(truth, unit, `its breaker is ${breaker.kind}`);
    if (serviceSpecOf(unit) && listener === undefined) rest(truth, unit, 'it listens nowhere');
    if (decision.constraint === 'paused') rest(truth, unit, 'it is paused');
    const ready = workers.starting.size + workers.ready.size;
    const { prefork, maxchild } = unit.limits;
    const mayFork = unit.unreaped.size < maxchild && decision.constraint === 'none' && decision.spawn === 0;
    const handsOver = serviceSpecOf(unit)?.protocol === 'inetd';
    if (ready < prefork && mayFork && !handsOver) {
      rest(truth, unit, `${ready} workers are ready, prefork is ${prefork}, and nothing hinders it`);
    }
  }
}

function rest(truth: Truth, unit: Unit, says: string): never {
  return violate(truth, 'comes-to-rest', `${title(unit)}: a minute after the world has healed ${says}`);
}

/** A run that was skipped because the last had not ended, a fork that was tried again. */
const EVENT_LATE_MS = 5_000;

export function dueEventsRun(truth: Truth): void {
  const now = truth.kernel.now();
  for (const unit of truth.units.values()) {
    const event = eventSpecOf(unit);
    if (event?.trigger.kind !== 'period' || (truth.running.get(unit.id)?.size ?? 0) > 0) continue;
    const since = Math.max(unit.lastActiveAt, unit.bornAt, truth.healedAt ?? now);
    const { periodMs } = event.trigger;
    if (now - since <= periodMs + event.jitterMs + EVENT_LATE_MS) continue;
    violate(
      truth,
      'due-events-run',
      `${title(unit)}: nothing has run since ${time(since)}, its period is ${time(periodMs)}`,
    );
  }
}

/** The master has stopped: what is left of it. */
export function nothingIsLeft(truth: Truth): void {
  const { kernel } = truth;
  const left = [
    ...kernel.children().map(({ pid, state }) => `pid ${pid} (${state})`),
    ...[...kernel.masterDescriptors()]
      .filter(([, what]) => what !== 'eventfd' && what !== 'epoll')
      .map(([fd, what]) => `descriptor ${fd} (${what})`),
    ...kernel
      .listeners()
      .filter(({ ofMaster }) => ofMaster)
      .map(({ name }) => `the socket of ${name}`),
  ];
  if (left.length > 0)
    violate(truth, 'nothing-is-left', `the master has stopped, and left ${left.join(', ')}`);
}
