// Judged at each fork, before the child runs its first instruction: may it be, and is it needed? The limits are those
// of the orders taken, the figures those of the kernel. Called by children.ts; throws a Violation.

import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import { judgeStreak } from './breaker.ts';
import { judgeRun } from './events.ts';
import {
  type Child,
  hit,
  serviceSpecOf,
  type Truth,
  time,
  title,
  turnBeganAt,
  type Unit,
  violate,
} from './truth.ts';
import { rateOf } from './units.ts';

export function judgeSpawn(truth: Truth, child: Child): void {
  const { unit } = child;
  haltIsObeyed(truth, child);
  if (unit.kind === 'event') judgeRun(truth, child);
  if (unit.kind !== 'service' && unit.kind !== 'daemon') return;
  atMostMaxchild(truth, child);
  withinForkRate(truth, child);
  withinStartCap(truth, child);
  isNeeded(truth, child);
  judgeStreak(truth, child);
}

function haltIsObeyed(truth: Truth, { unit, view }: Child): void {
  const stopping = truth.stop !== undefined || truth.phase === 'stopping' || truth.phase === 'stopped';
  if (stopping) violate(truth, 'halt-is-obeyed', `${title(unit)}: pid ${view.pid} is spawned after the stop`);
  if (unit.paused) {
    violate(truth, 'halt-is-obeyed', `${title(unit)}: pid ${view.pid} is spawned, and the service is paused`);
  }
}

function atMostMaxchild(truth: Truth, { unit, view }: Child): void {
  const { maxchild } = unit.limits;
  if (unit.unreaped.size <= maxchild) return;
  violate(
    truth,
    'maxchild',
    `${title(unit)}: pid ${view.pid} is unreaped child number ${unit.unreaped.size}, maxchild is ${maxchild}`,
  );
}

const ROUNDING = 1e-6;

function withinForkRate(truth: Truth, { unit, view }: Child): void {
  const rate = rateOf(unit.entry);
  if (rate === Number.POSITIVE_INFINITY) return;
  const at = truth.kernel.now();
  const capacity = Math.max(1, rate);
  let forks = 1;
  for (let index = unit.forks.length - 1; index >= 0; index -= 1) {
    const first = unit.forks[index];
    if (first === undefined) return;
    forks += 1;
    const windowMs = at - first.at;
    if (forks <= capacity + (rate * windowMs) / 1000 + ROUNDING) continue;
    violate(
      truth,
      'fork-rate',
      `${title(unit)}: pid ${view.pid} is fork number ${forks} in ${time(windowMs)}, maxforkrate is ${rate}/s`,
    );
  }
}

function withinStartCap(truth: Truth, { unit, view }: Child): void {
  const { master, spec } = truth;
  if (master === undefined || serviceSpecOf(unit)?.protocol === 'inetd') return;
  let starting = 0;
  let ofThis = 0;
  for (const service of master.services) {
    starting += service.workers.starting.size;
    if (service.command.argv[1] === unit.id && !service.removed) ofThis = service.workers.starting.size;
  }
  const { most } = spec.startCap;
  if (ofThis === 0 || starting < most) return;
  violate(
    truth,
    'start-cap',
    `${title(unit)}: pid ${view.pid} is spawned while ${starting} workers are starting, the cap is at most ${most}`,
  );
}

/**
 * A worker is started for a client who waits, or up to prefork. Only where every word is true, and only workers count
 * that cannot have been anything but ready since the master last heard all that they said.
 */
function isNeeded(truth: Truth, { unit, view }: Child): void {
  const spec = serviceSpecOf(unit);
  // Datagrams that wait are not connections, and a queue that cannot be read is guessed.
  if (!spec || spec.protocol === 'inetd' || spec.address.transport === 'datagram') return;
  if (unit.dishonest || truth.master === undefined || hit(truth, 'queue-eio')) return;
  const queued = Math.max(unit.queued.before, unit.queued.last) + unit.queued.arrived;
  const { prefork } = unit.limits;
  let ready = 0;
  let places = 0;
  for (const other of unit.unreaped) {
    if (other.view === view || !isSurelyReady(truth.master, other)) continue;
    // A worker of protocol systemd does not say that it is busy: while clients wait it is not believed to be free.
    if (spec.protocol === 'systemd' && queued > 0 && other.words.ready) continue;
    ready += 1;
    places += spec.clientlimit - other.words.clientsMost;
  }
  if (queued + prefork > places || prefork > ready) return;
  violate(
    truth,
    'spawns-are-needed',
    `${title(unit)}: pid ${view.pid} is spawned for ${queued} clients queued and prefork ${prefork}, with ${ready} workers ready or starting (places for ${places} clients)`,
  );
}

function isSurelyReady(master: Master, { asked, words, killed, coreSerial }: Child): boolean {
  if (asked !== undefined || killed || words.wasBusy || words.stopping) return false;
  // The books know who is to be told to finish later, when its start-up is over.
  return coreSerial === undefined || master.roster.get(coreSerial)?.state !== 'draining';
}

/** What the queue was at this turn's end: for the next turn's forks. Called after every turn. */
export function keepQueue({ queued }: Unit, length: number): void {
  queued.before = queued.last;
  queued.last = length;
  queued.arrived = 0;
}

/** Since when nobody hinders the service from starting a worker: for liveness.ts. Called after every turn. */
export function keepCapacity(truth: Truth, unit: Unit, service: Service | undefined): void {
  const mayFork =
    !unit.paused && unit.unreaped.size < unit.limits.maxchild && service?.listener !== undefined;
  if (!mayFork) unit.capacitySince = undefined;
  else unit.capacitySince ??= turnBeganAt(truth);
}
