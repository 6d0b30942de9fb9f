// A new configuration on a running master. It has been validated before it comes here. Same name, listen and proto:
// socket, workers and counters are kept and limits take effect; anything else is a new service, and the old one's
// workers finish their clients. START does not rerun, EVENTS' children are not signalled, period events keep their
// clock (CYRUS.md).

import type { Address } from '../os/os.ts';
import { resetBreaker } from './failures.ts';
import { setRate } from './fork-rate.ts';
import { eventOf, type Job } from './job.ts';
import { addressText, addService, openListener, refuseClients, tellUnbound } from './listeners.ts';
import { count, type Master, tell } from './master.ts';
import { activeCount, everyWorker, subject } from './owner.ts';
import { nudge, retire, signalStarted, terminate } from './retire.ts';
import { addEvent, scheduleFirst } from './schedule.ts';
import type { Service } from './service.ts';
import type { CommandSpec, DaemonSpec, EventSpec, MasterSpec, ServiceSpec } from './spec.ts';
import { createStartCap } from './start-cap.ts';
import type { Worker } from './worker.ts';

type UnitSpec = ServiceSpec | DaemonSpec;

export function reload(master: Master, spec: MasterSpec): void {
  const wanted = new Map<string, UnitSpec>();
  for (const unit of [...spec.services, ...spec.daemons]) wanted.set(keyOf(unit), unit);
  changeStartCap(master, spec);
  master.spec = spec;
  // Old sockets are closed before new ones are bound: a changed entry may want the same port.
  const living = master.services.filter(({ removed }) => !removed);
  const gone = living.filter((service) => !wanted.has(keyOf(specOf(service))));
  for (const service of gone) remove(master, service);
  let changed = 0;
  for (const service of living) {
    const unit = wanted.get(keyOf(specOf(service)));
    if (!unit || service.removed) continue;
    wanted.delete(keyOf(unit));
    if (keep(master, service, unit)) changed += 1;
  }
  for (const unit of wanted.values()) add(master, unit);
  tellUnbound(master);
  reloadEvents(master, spec.events);
  count(master, 'reloads');
  const kept = living.length - gone.length - changed;
  tell(master, { kind: 'reload-applied', kept, changed, added: wanted.size, removed: gone.length });
}

/** What was learnt stays while the limits are the same. */
function changeStartCap(master: Master, { startCap: { initial, most } }: MasterSpec): void {
  const before = master.spec.startCap;
  if (before.initial !== initial || before.most !== most) master.startCap = createStartCap(initial, most);
}

/** What decides whether a service is the same one: a change of it means a new socket. */
function keyOf(unit: UnitSpec): string {
  if (!('listen' in unit)) return `daemon ${unit.name}`;
  return `${unit.name} ${unit.proto} ${unit.listen} ${addressKey(unit.address)} ${unit.protocol}`;
}

function addressKey(address: Address): string {
  return `${address.family}/${addressText(address)}`;
}

function specOf(service: Service): UnitSpec {
  return (service.spec ?? service.daemon) as UnitSpec;
}

function remove(master: Master, service: Service): void {
  service.removed = true;
  tell(master, { ...subject(service), kind: 'service-removed', active: activeCount(service.workers) });
  // Signalled first: a worker whose accept fails before it knows why says so and exits as one that failed.
  for (const worker of everyWorker(service.workers)) sendAway(master, service, worker);
  refuseClients(master, service);
}

/**
 * Nobody's start is waited for: who came up later would find the socket shut, or listen on it again. One without
 * handlers dies of the signal, and has no client to lose; one with them finishes its clients.
 */
function sendAway(master: Master, { protocol }: Service, worker: Worker): void {
  if (protocol === 'inetd') return;
  retire(master, worker, 'the service was removed');
  if (protocol === 'cyrus') signalStarted(master, worker);
}

function add(master: Master, unit: UnitSpec): void {
  const service = addService(master, unit);
  if (service && 'listen' in unit) openListener(master, service);
}

/** True when anything about the service is different now. */
function keep(master: Master, service: Service, unit: UnitSpec): boolean {
  const before = specOf(service);
  const different = JSON.stringify(before) !== JSON.stringify(unit);
  const restart = commandKey(service.command) !== commandKey(unit.command);
  service.command = unit.command;
  if ('listen' in unit) {
    service.spec = unit;
    service.limits.prefork = unit.prefork;
    service.limits.maxchild = unit.maxchild;
    // What is in its way is told anew.
    service.binding = { errno: undefined, retryAt: Number.POSITIVE_INFINITY };
    openListener(master, service);
  } else service.daemon = unit;
  setRate(service.tokens, unit.maxforkrate, master.now);
  resetBreaker(master, service);
  for (const worker of everyWorker(service.workers)) refresh(master, service, worker, restart);
  return different;
}

/**
 * Workers of protocol `cyrus` are told to start afresh on every reload, as under Cyrus: their own configuration may
 * have changed; so are daemons in Cyrus's place, which run on if they can. Others are replaced only when their command
 * has. An inetd process has its connection, and keeps it.
 */
function refresh(master: Master, service: Service, worker: Worker, restart: boolean): void {
  if (service.protocol === 'cyrus') retire(master, worker, 'reload');
  else if (restart && service.protocol !== 'inetd') terminate(master, worker, 'reload with a new command');
  else if (service.daemon?.failureRule === 'cyrus') nudge(master, worker);
}

function commandKey({ path, argv, environment, cwd }: CommandSpec): string {
  return JSON.stringify([path, argv, environment, cwd]);
}

function reloadEvents(master: Master, events: readonly EventSpec[]): void {
  const wanted = new Map(events.map((event) => [event.name, event]));
  for (const job of master.jobs) {
    const event = wanted.get(job.name);
    if (job.kind !== 'event') continue;
    if (job.removed) {
      if (event) comeBack(master, job, event);
      wanted.delete(job.name);
      continue;
    }
    if (event) updateEvent(master, job, event);
    else {
      job.removed = true;
      job.queued = 0;
    }
    wanted.delete(job.name);
  }
  for (const event of wanted.values()) addEvent(master, event);
}

/** An entry that was taken out is in again, and its last run still goes on: the same event, so that it never runs twice at a time. */
function comeBack(master: Master, job: Job, event: EventSpec): void {
  job.removed = false;
  job.spec = event;
  scheduleFirst(master, job);
}

/** A period that is the same keeps its clock: a reload does not rerun it. */
function updateEvent(master: Master, job: Job, event: EventSpec): void {
  const same = JSON.stringify(eventOf(job)?.trigger) === JSON.stringify(event.trigger);
  job.spec = event;
  // What waited in the name of the old schedule, or in a queue that is none any more, is not made up for.
  if (!same || event.overlap !== 'queue') job.queued = 0;
  if (!same) scheduleFirst(master, job);
}
