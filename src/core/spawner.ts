// Stage 6: asks the policy for every service and carries the decision out. Demand goes before refill, and one
// service's storm cannot take the whole budget of another: spawns go round, one service after the other, and a
// service without any start under way may always begin one. maxchild is checked per fork, by asking the policy anew.

import { add, blockedField } from './board.ts';
import { allowance } from './breaker.ts';
import { breakerTime } from './failures.ts';
import { available } from './fork-rate.ts';
import { countHeldTime } from './held-time.ts';
import { handConnection } from './inetd.ts';
import { launch } from './launch.ts';
import { type Master, tell } from './master.ts';
import { activeCount, readyCount, subject } from './owner.ts';
import { readQueues } from './queues.ts';
import type { Service } from './service.ts';
import { bookSpawn } from './spawn-outcome.ts';
import type { SpawnDecision, SpawnFigures } from './spawn-policy.ts';
import { capFor, isExhausted } from './start-cap.ts';

export const SPAWNS_PER_TURN_MAX = 32;
/** How long a queue must last before a worker that can't say busy is no longer believed to be ready. */
export const QUEUE_LASTS_MS = 100;
/** How soon the living workers must be through with a queue, for it to be left to them. */
const LEFT_TO_LIVING_MS = 2_000;
/** Sessions that are shorter than so many start-ups are short. */
const SHORT_SESSION_STARTUPS = 4;

export function spawnWorkers(master: Master): void {
  readQueues(master);
  master.starting = 0;
  for (const { workers } of master.services) master.starting += workers.starting.size;
  let budget = SPAWNS_PER_TURN_MAX;
  const services = master.services.filter((service) => mayHaveWorkers(master, service));
  for (const service of services) breakerTime(master, service);
  // Demand first: somebody waits for it.
  budget = goRound(master, services.filter(somebodyWaits), budget);
  goRound(master, services, budget);
  for (const service of master.services) {
    if (mayHaveWorkers(master, service)) settle(master, service);
    else countHeldTime(service, 'none', master.now);
  }
}

function somebodyWaits(service: Service): boolean {
  return service.queue.length > 0 || service.pendingConnection !== undefined;
}

/** Sockets may be bound before the waiting daemons are ready; whoever serves them comes after. */
export function mayHaveWorkers({ phase }: Master, { kind, listener, breaker }: Service): boolean {
  // A disabled one has no socket any more, and what binds it is still to be told.
  const listens = listener !== undefined || breaker.kind === 'disabled';
  return kind === 'daemon' || (listens && phase !== 'starting');
}

/** One spawn per service and round, until nobody needs or may have one more. Returns what is left of the budget. */
function goRound(master: Master, services: readonly Service[], budget: number): number {
  let left = budget;
  let wanting = services;
  while (wanting.length > 0 && left > 0) {
    wanting = wanting.filter((service) => {
      if (left <= 0 || !spawnOne(master, service)) return false;
      left -= 1;
      return true;
    });
  }
  return left;
}

function spawnOne(master: Master, service: Service): boolean {
  service.decision = master.policy(figuresOf(master, service));
  if (service.decision.spawn < 1) return false;
  if (service.protocol === 'inetd') return handConnection(master, service);
  return bookSpawn(master, service, launch(master, service, somebodyWaits(service)));
}

/** The policy's view of one service now. Also what `why` shows. */
export function figuresOf(master: Master, service: Service): SpawnFigures {
  const { workers, queue, limits } = service;
  const starting = workers.starting.size;
  const clientlimit = service.spec?.clientlimit ?? 1;
  const ready = believedReady(master, service);
  const released = releasedOf(master, service);
  return {
    queue: queue.length + (service.pendingConnection === undefined ? 0 : 1),
    clientlimit,
    minReady: service.protocol === 'inetd' ? 0 : limits.prefork,
    ready,
    places: clientlimit === 1 ? ready : placesOf(service, ready, clientlimit),
    released,
    active: activeCount(workers),
    maxchild: limits.maxchild,
    starting,
    startRoom: startRoom(master, starting, released),
    tokens: available(service.tokens, master.now),
    breakerAllowance: allowance(service.breaker, unproven(service)),
    halt: haltOf(master, service),
  };
}

/**
 * Where starts are slow though they come one at a time, and sessions are short beside a start, the living workers have
 * the processors, and another one would only take them away: what they will have served in a moment is left to them
 * (adr/0010). How short the sessions are is Little's law: those in service, by those finished in the time of a start.
 */
function releasedOf(master: Master, { completions, startup, workers }: Service): number {
  // Those who finished clients a while ago may all have gone since, by a reload above all.
  if (workers.ready.size + workers.busy.size === 0) return 0;
  const released = completions.released(startup.meanMs, master.now);
  const short = workers.busy.size <= SHORT_SESSION_STARTUPS * released;
  if (released === 0 || !short || !isExhausted(master.startCap, master.now)) return released;
  return Math.floor(released * Math.max(1, LEFT_TO_LIVING_MS / startup.meanMs));
}

/** Probes: workers started since the breaker lets one through, that have not served anybody yet. */
function unproven({ breaker, workers }: Service): number {
  if (breaker.kind !== 'probing') return 0;
  const since = breaker.probedAt;
  return [...workers.starting, ...workers.ready].filter(({ spawnedAt }) => spawnedAt >= since).length;
}

/** A busy worker is full: all other clients are held by ready ones. */
function placesOf({ clients, workers }: Service, ready: number, clientlimit: number): number {
  const heldByReady = Math.max(0, clients - workers.busy.size * clientlimit);
  return Math.max(0, ready * clientlimit - heldByReady);
}

/** A `systemd` worker cannot say that it is busy: it counts as ready only while the queue stays empty. */
function believedReady(master: Master, { protocol, workers, queue }: Service): number {
  const lasts = queue.length > 0 && master.now - queue.since >= QUEUE_LASTS_MS;
  return protocol === 'systemd' && lasts ? workers.starting.size : readyCount(workers);
}

function startRoom(master: Master, startingOfThis: number, released: number): number {
  const left = capFor(master.startCap, released) - master.starting;
  return startingOfThis === 0 ? Math.max(1, left) : Math.max(0, left);
}

function haltOf(master: Master, service: Service): SpawnFigures['halt'] {
  // 'stopped' is set before the spawn stage of the last turn: nothing may be started in it.
  if (master.shutdown || service.removed) return 'stopping';
  if (service.paused) return 'paused';
  if (service.breaker.kind === 'disabled') return 'disabled';
  if (service.breaker.kind === 'open') return 'breaker-open';
  return master.now < service.forkBackoff.until ? 'fork-failed' : 'none';
}

/** The last word on each service: what binds it, told once when it begins and once when it ends. */
function settle(master: Master, service: Service): void {
  service.decision = master.policy(figuresOf(master, service));
  const { constraint, figures, spawn } = service.decision;
  const binding = spawn > 0 ? 'none' : constraint;
  if (binding !== 'none') add(service.view, blockedField(binding), 1);
  countHeldTime(service, binding, master.now);
  tellBlocked(master, service, binding, figures);
}

/**
 * Not told as blocked: start-ups and expected completions pass within moments, and the breaker tells of itself.
 * All are counted.
 */
const PASSING: ReadonlySet<SpawnDecision['constraint']> = new Set([
  'start-cap',
  'share',
  'released',
  'stopping',
  'breaker-open',
  'breaker-probe',
]);

function tellBlocked(
  master: Master,
  service: Service,
  constraint: SpawnDecision['constraint'],
  figures: SpawnFigures,
) {
  const { blocked } = service;
  const now = PASSING.has(constraint) ? 'none' : constraint;
  if (now === blocked.constraint) return;
  if (blocked.constraint !== 'none') {
    const afterMs = master.now - blocked.since;
    tell(master, { ...subject(service), kind: 'unblocked', constraint: blocked.constraint, afterMs });
  }
  blocked.constraint = now;
  blocked.since = master.now;
  if (now === 'none') return;
  const { queue, active } = figures;
  tell(master, { ...subject(service), kind: 'blocked', constraint: now, queue, active });
}
