// Opening and closing of services' sockets, and of their places on the scoreboard. An address that can't be bound
// is told, skipped and tried again; the service's other addresses go on (CYRUS.md). A socket that a worker has shut
// down under all who share it is opened anew.

import type { Address } from '../os/os.ts';
import { SERVICE_FIELD } from './board.ts';
import { dropPending } from './inetd.ts';
import { type Master, tell } from './master.ts';
import { activeCount, everyWorker, subject } from './owner.ts';
import { freePlace, takePlace } from './places.ts';
import { retire } from './retire.ts';
import { createService, type Listener, type Service } from './service.ts';
import type { DaemonSpec, ServiceSpec } from './spec.ts';

/** Makes the runtime record of a service or daemon. undefined: the board is full. */
export function addService(master: Master, spec: ServiceSpec | DaemonSpec): Service | undefined {
  const place = takePlace(master, titleOf(spec));
  if (!place) return undefined;
  const service = createService(spec, place, master.now, master.options.completions?.());
  master.services.push(service);
  return service;
}

function titleOf(spec: ServiceSpec | DaemonSpec) {
  const { name: service } = spec;
  if (!('listen' in spec)) return { owner: 'daemon' as const, service, family: '' };
  return { owner: 'service' as const, service, family: spec.address.family };
}

/** What kept an address from being bound, another process above all, may be over by then. */
const BIND_AGAIN_MS = 10_000;

export function openListener(master: Master, service: Service): void {
  const { spec, binding } = service;
  if (!spec || service.listener) return;
  const outcome = master.os.listen(spec.address, {
    backlog: spec.backlog,
    name: spec.name,
    ...(spec.socketMode === undefined ? {} : { mode: spec.socketMode }),
    ...(spec.socketOwner === undefined ? {} : { owner: spec.socketOwner }),
  });
  const about = subject(service);
  if (!outcome.ok) {
    const { errno } = outcome;
    if (errno !== binding.errno)
      tell(master, { ...about, kind: 'listen-failed', address: spec.address, errno });
    service.binding = { errno, retryAt: master.os.now() + BIND_AGAIN_MS };
    return;
  }
  service.binding = { errno: undefined, retryAt: Number.POSITIVE_INFINITY };
  const { fd, address, effectiveBacklog, inherited } = outcome;
  const { backlog } = spec;
  service.listener = { fd, address, effectiveBacklog, inherited };
  service.queue.limit = effectiveBacklog;
  // The address is taken now: nobody can listen any more on the one that was shut down there.
  closeRefused(master, service);
  tell(master, { ...about, kind: 'listening', address, backlog, effectiveBacklog, inherited });
  if (address.transport === 'stream' && effectiveBacklog < backlog) {
    tell(master, { ...about, kind: 'backlog-clamped', backlog, effectiveBacklog });
  }
}

/** Addresses that could not be bound are tried again now and then. */
export function bindAgain(master: Master): void {
  if (master.phase !== 'running') return;
  for (const service of master.services) {
    const wanted = !service.removed && service.breaker.kind !== 'disabled';
    if (wanted && master.now >= service.binding.retryAt) openListener(master, service);
  }
}

/**
 * A worker has called shutdown(2) on the socket that all share: it accepts nobody any more, whoever holds it. Those
 * that wait for clients on it are replaced; busy ones finish theirs.
 */
export function renewListener(master: Master, service: Service): void {
  const { listener } = service;
  if (!listener) return;
  tell(master, { ...subject(service), kind: 'listener-shut', address: listener.address });
  shutOut(master, service);
  openListener(master, service);
  for (const worker of everyWorker(service.workers)) {
    if (service.protocol !== 'inetd') retire(master, worker, 'a worker has shut the listening socket down');
  }
}

/** Entries of which no address could be bound. */
export function tellUnbound(master: Master): number {
  const bound = new Set(master.services.filter(({ listener }) => listener).map(({ name }) => name));
  const told = new Set<string>();
  for (const service of master.services) {
    if (service.kind !== 'service' || service.removed || bound.has(service.name) || told.has(service.name))
      continue;
    told.add(service.name);
    tell(master, { ...subject(service), kind: 'service-unbound' });
  }
  return told.size;
}

/** No new clients from now on; our end is closed. */
export function closeListener(master: Master, service: Service): void {
  const listener = letGo(master, service);
  if (!listener) return;
  if (canBeShut(service)) master.os.refuseClients(listener.fd, listener.address);
  master.os.closeListener(listener.fd, listener.address);
}

/** Of a service that is removed, or of all at a stop: busy workers hold the socket for as long as clients stay. */
export function refuseClients(master: Master, service: Service): void {
  // A removed one's are refused already.
  if (!service.listener) return;
  if (!canBeShut(service)) {
    closeListener(master, service);
    return;
  }
  shutOut(master, service);
}

/** Shut down and kept: workers may hold it too, and the path of a unix socket says ECONNREFUSED while it is there. */
function shutOut(master: Master, service: Service): void {
  service.refused = letGo(master, service);
  keepRefusing(master, service);
}

/**
 * Cyrus's rule has disabled them: clients are refused, as Cyrus's master closes the socket, instead of waiting in a
 * queue that nobody reads. Workers that still live go on serving first: there they hold the socket too.
 */
export function refuseDisabled(master: Master): void {
  for (const service of master.services) {
    const { listener, breaker } = service;
    if (breaker.kind !== 'disabled' || !listener || listener.inherited || isServed(service)) continue;
    if (listener.address.transport === 'datagram') closeListener(master, service);
    else shutOut(master, service);
  }
}

/** Somebody may accept on its socket, or would take its end for an error (canBeShut). A process of inetd has no listener. */
function isServed(service: Service): boolean {
  const { protocol, workers, listener } = service;
  if (protocol === 'inetd') return false;
  const shuts = canBeShut(service) && listener?.address.transport === 'stream';
  return activeCount(workers) - (shuts ? workers.draining.size : 0) > 0;
}

/** A worker that was on its way up may have called listen(2) on the socket, which opens it again. */
function keepRefusing(master: Master, { refused }: Service): void {
  if (refused) master.os.refuseClients(refused.fd, refused.address);
}

/** Nobody holds the socket any more. */
export function closeRefused(master: Master, service: Service): void {
  const { refused } = service;
  if (refused) master.os.closeListener(refused.fd, refused.address);
  service.refused = undefined;
}

function letGo(master: Master, service: Service): Listener | undefined {
  const { listener } = service;
  dropPending(master, service);
  service.listener = undefined;
  service.queue.length = 0;
  service.view[SERVICE_FIELD.queue] = 0;
  return listener;
}

/**
 * Cyrus's workers know that their socket can be shut down under them; those of systemd close it themselves, and one
 * that does not expect it might take it for an error and drop its clients.
 */
function canBeShut({ protocol }: Service): boolean {
  return protocol === 'cyrus';
}

/** Forgets removed services and jobs whose last worker has ended. */
export function forgetRemoved(master: Master): void {
  for (const service of master.services) keepRefusing(master, service);
  for (const service of master.services.filter(isOver)) {
    closeRefused(master, service);
    master.services.splice(master.services.indexOf(service), 1);
    freePlace(master, { ...subject(service), owner: service.kind }, service);
  }
  for (const job of master.jobs.filter(isOver)) {
    master.jobs.splice(master.jobs.indexOf(job), 1);
    if (job.place) freePlace(master, { ...subject(job), owner: 'event' }, job.place);
  }
}

function isOver({ removed, workers }: Pick<Service, 'removed' | 'workers'>): boolean {
  return removed && activeCount(workers) === 0;
}

/** '127.0.0.1:1143', '[::1]:143', '/run/echo.sock'. */
export function addressText(address: Address): string {
  if (address.family === 'unix') return address.path;
  return address.family === 'ipv6' ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
