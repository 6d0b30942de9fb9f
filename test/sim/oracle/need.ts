// Need and its hindrances: a worker is started for a client who waits, or up to prefork, and for nothing else; who is
// needed is started, unless something hinders it; and what the master says that hinders it, does. Called at each fork
// and after every turn; throws a Violation.

import { SERVICE_FIELD } from '../../../src/core/board.ts';
import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import type { ListenerView } from '../../../src/os/sim/observer.ts';
import {
  type Child,
  hit,
  isLeaving,
  serviceSpecOf,
  type Truth,
  time,
  title,
  turnBeganAt,
  type Unit,
  violate,
} from './truth.ts';
import { rateOf } from './units.ts';
import { isCounted, isKnown } from './words.ts';

/** Called at the fork. Only workers count that cannot have been anything but ready since all that they said was read. */
export function isNeeded(truth: Truth, { unit, view }: Child): void {
  const spec = serviceSpecOf(unit);
  // Datagrams that wait are not connections.
  if (!spec || spec.protocol === 'inetd' || spec.address.transport === 'datagram') return;
  const { master } = truth;
  if (master === undefined || (spec.clientlimit > 1 && unit.uncounted)) return;
  // A queue that cannot be read is guessed, or taken to be as it was.
  if (hit(truth, 'queue-eio')) return;
  const queued = Math.max(unit.queued.before, unit.queued.last) + unit.queued.arrived;
  const { prefork } = unit.limits;
  let ready = 0;
  for (const other of unit.unreaped) {
    if (other.view === view || !isSurelyReady(master, other)) continue;
    // A worker of protocol systemd does not say that it is busy: while clients wait it is not believed to be free.
    if (spec.protocol === 'systemd' && queued > 0 && other.words.ready) continue;
    ready += 1;
  }
  const places = spec.clientlimit === 1 ? ready : placesOf(unit, ready, spec.clientlimit);
  if (queued + prefork > places || prefork > ready) return;
  violate(
    truth,
    'spawns-are-needed',
    `${title(unit)}: pid ${view.pid} is spawned for ${queued} clients queued and prefork ${prefork}, with ${ready} workers ready or starting (places for ${places} clients)`,
  );
}

function isSurelyReady(master: Master, child: Child): boolean {
  return !isLeaving(master, child) && !child.words.wasBusy && isCounted(child.words);
}

/** A busy worker is full: all other clients, as many as there may be, are held by ready ones. */
function placesOf({ unreaped }: Unit, ready: number, clientlimit: number): number {
  let held = 0;
  for (const { words, asked, killed, drained } of unreaped) {
    if (asked !== undefined || killed || drained) continue;
    held += words.clientsMost;
    if (words.settled && words.last === 'busy') held -= clientlimit;
  }
  return ready * clientlimit - Math.max(0, held);
}

/** What the queue was at this turn's end: for the next turn's forks. Called after every turn. */
export function keepQueue({ queued }: Unit, length: number): void {
  queued.before = queued.last;
  queued.last = length;
  queued.arrived = 0;
}

/** Who is first in the queue, from the first turn on that must have seen him there. Called after every turn. */
export function keepHead(truth: Truth, unit: Unit, listener: ListenerView | undefined): void {
  const first = listener?.queue[0];
  const seen =
    first?.state === 'queued' && first.queuedAt !== undefined && first.queuedAt < truth.last.endedAt;
  if (first === undefined || !seen) unit.head = undefined;
  else if (unit.head?.id !== first.id) unit.head = { id: first.id, seenAt: turnBeganAt(truth) };
}

/** Since when nobody hinders the service from starting a worker: for liveness.ts. Called after every turn. */
export function keepCapacity(truth: Truth, unit: Unit, service: Service): void {
  const mayFork = !unit.paused && unit.unreaped.size < unit.limits.maxchild && service.listener !== undefined;
  if (!mayFork) unit.capacitySince = undefined;
  else unit.capacitySince ??= turnBeganAt(truth);
}

/** A turn spawns so many at most; then the next goes on at once. */
const SPAWNS_PER_TURN_MAX = 32;
/** The longest back-off after a failed fork, and a moment for the turns. */
const BACK_OFF_MOST_MS = 5_000;
/** Clients that are expected to be finished are a reason to wait for no longer than starts take; generously. */
const RELEASED_MOST_MS = 30_000;
/** A worker that cannot say that it is busy is not believed to be ready when a queue lasts longer. */
const QUEUE_LASTS_MS = 1_000;

/** Called after every turn, when the queue is known and not kept yet. */
export function needIsMet(
  truth: Truth,
  unit: Unit,
  service: Service,
  listener: ListenerView | undefined,
): void {
  const first = listener?.queue[0];
  const { head } = unit;
  // Seen by this turn, whatever poll said of it.
  if (first === undefined || head === undefined || hindrance(truth, unit, service) !== undefined) return;
  const lastsMs = turnBeganAt(truth) - head.seenAt;
  for (const child of unit.unreaped) if (mayTakeSomebody(child, lastsMs)) return;
  violate(
    truth,
    'need-is-met',
    `${title(unit)}: client ${first.client} is queued since ${time(first.queuedAt ?? 0)}, all ${unit.unreaped.size} workers are busy ` +
      `or leaving, nothing hinders, and nobody was spawned (the books say: ${service.decision.constraint})`,
  );
}

function mayTakeSomebody({ asked, killed, drained, words, unit }: Child, queueLastsMs: number): boolean {
  if (asked !== undefined || killed || drained) return false;
  const protocol = serviceSpecOf(unit)?.protocol;
  if (protocol === 'inetd') return false;
  if (!words.settled) return true;
  if (words.stopping) return false;
  if (protocol === 'systemd') return !words.ready || queueLastsMs < QUEUE_LASTS_MS;
  return !isKnown(words) || words.last !== 'busy';
}

/** Why it may be right that nobody is started, by the truth where there is one. */
function hindrance(truth: Truth, unit: Unit, { breaker, listener }: Service): string | undefined {
  const now = turnBeganAt(truth);
  if (truth.phase !== 'running' || truth.stop) return 'the master is not running';
  if (listener === undefined || hit(truth, 'queue-eio')) return 'the queue is not known';
  if (unit.paused) return 'it is paused';
  if (unit.unreaped.size >= unit.limits.maxchild) return 'maxchild is reached';
  if (breaker.kind !== 'closed') return 'the breaker is not closed';
  if (truth.now.spawned >= SPAWNS_PER_TURN_MAX) return 'others were spawned';
  if (mayBackOff(truth, unit)) return 'a fork has failed';
  if (now - unit.lastAvailableAt <= RELEASED_MOST_MS) return 'others become free';
  return mayLackTokens(unit, now) ? 'it may not fork so often' : undefined;
}

function mayBackOff(truth: Truth, { forkFailedAt }: Unit): boolean {
  return truth.quiet.has('spawn-failed') || turnBeganAt(truth) - forkFailedAt <= BACK_OFF_MOST_MS;
}

/** Its bucket can be less than full. */
function mayLackTokens(unit: Unit, now: number): boolean {
  const rate = rateOf(unit.entry);
  if (rate === Number.POSITIVE_INFINITY) return false;
  const fullAfterMs = (Math.max(1, rate) / rate) * 1_000;
  return (
    now - Math.max(unit.forks.at(-1) ?? 0, unit.forkedBy, unit.rateChangedAt) <= fullAfterMs + TOKENS_SLACK_MS
  );
}

/** The core reads the clock at the begin of its turn, and after the fork. */
const TOKENS_SLACK_MS = 250;

/** What the board says that binds must be so. Called after every turn. */
export function constraintIsTrue(truth: Truth, master: Master, unit: Unit, service: Service): void {
  const { decision, listener, kind } = service;
  if (truth.stop || truth.phase !== 'running' || (kind === 'service' && listener === undefined)) return;
  const wrong = decision.spawn === 0 ? contradicted(truth, master, unit, service) : undefined;
  if (wrong === undefined) return;
  violate(
    truth,
    'constraint-is-true',
    `${title(unit)}: the books say that ${decision.constraint} binds (${service.view[SERVICE_FIELD.queue]} queued), and ${wrong}`,
  );
}

function contradicted(
  truth: Truth,
  master: Master,
  unit: Unit,
  { decision, breaker }: Service,
): string | undefined {
  const now = turnBeganAt(truth);
  const { maxchild } = unit.limits;
  switch (decision.constraint) {
    case 'maxchild':
      return unit.unreaped.size >= maxchild
        ? undefined
        : `${unit.unreaped.size} of ${maxchild} children are there`;
    case 'paused':
      return unit.paused ? undefined : 'it is not paused';
    case 'fork-rate':
      return mayLackTokens(unit, now) ? undefined : `its last fork was at ${time(unit.forks.at(-1) ?? 0)}`;
    case 'fork-failed':
      return mayBackOff(truth, unit)
        ? undefined
        : `its last fork that failed was at ${time(unit.forkFailedAt)}`;
    case 'share':
      return 'no start of it is under way: it may always begin one';
    case 'start-cap':
      return startsUnderWay(master) >= Math.floor(master.startCap.level)
        ? undefined
        : `${startsUnderWay(master)} workers are starting, the cap is ${Math.floor(master.startCap.level)}`;
    case 'breaker-open':
    case 'disabled':
      return breaker.kind === (decision.constraint === 'disabled' ? 'disabled' : 'open')
        ? undefined
        : `its breaker is ${breaker.kind}`;
    case 'breaker-probe':
      return breaker.kind === 'probing' ? undefined : `its breaker is ${breaker.kind}`;
    case 'released':
      return now - unit.lastAvailableAt <= RELEASED_MOST_MS
        ? undefined
        : `nobody became free since ${time(unit.lastAvailableAt)}`;
    default:
      return undefined;
  }
}

function startsUnderWay({ services }: Master): number {
  let starting = 0;
  for (const { workers } of services) starting += workers.starting.size;
  return starting;
}
