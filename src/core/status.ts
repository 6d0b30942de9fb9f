// Builds the snapshot of snapshot.ts from the master's state. Reads everything, changes nothing.

import { MASTER_FIELD, SERVICE_FIELD } from './board.ts';
import { eventOf, type Job } from './job.ts';
import { addressText } from './listeners.ts';
import type { Master } from './master.ts';
import { activeCount, everyWorker, readyCount } from './owner.ts';
import type { Service } from './service.ts';
import type { EventSnapshot, ServiceSnapshot, ServiceState, Snapshot, WorkerSnapshot } from './snapshot.ts';
import { capOf } from './start-cap.ts';
import { why } from './why.ts';
import type { Worker } from './worker.ts';

export function snapshot(master: Master): Snapshot {
  return {
    phase: master.phase,
    uptimeSeconds: (master.now - master.startedAt) / 1000,
    turns: master.view[MASTER_FIELD.turns] ?? 0,
    startCap: capOf(master.startCap),
    services: master.services.map((service) => serviceSnapshot(master, service)),
    events: master.jobs.filter(eventOf).map((job) => eventSnapshot(master, job)),
  };
}

function serviceSnapshot(master: Master, service: Service): ServiceSnapshot {
  const { workers, limits, queue, spec, listener, lastExit, view } = service;
  return {
    kind: service.kind,
    name: service.name,
    family: service.family,
    listen: listener ? addressText(listener.address) : spec ? addressText(spec.address) : '',
    protocol: service.protocol,
    state: stateOf(master, service),
    prefork: limits.prefork,
    maxchild: finite(limits.maxchild),
    maxforkrate: finite(service.tokens.ratePerSecond),
    starting: workers.starting.size,
    ready: readyCount(workers),
    busy: workers.busy.size,
    draining: workers.draining.size,
    active: activeCount(workers),
    queue: queue.length,
    queueLimit: queue.limit,
    connections: view[SERVICE_FIELD.connections] ?? 0,
    spawns: view[SERVICE_FIELD.spawns] ?? 0,
    constraint: service.decision.constraint,
    why: why(master, service),
    ...(lastExit ? { lastExit: exitSnapshot(master, lastExit) } : {}),
    workers: [...everyWorker(workers)].map((worker) => workerSnapshot(master, worker)),
  };
}

function exitSnapshot(
  master: Master,
  exit: NonNullable<Service['lastExit']>,
): NonNullable<ServiceSnapshot['lastExit']> {
  const { pid, how, lastStderr, at } = exit;
  return { pid, how, lastStderr, secondsAgo: (master.now - at) / 1000 };
}

function stateOf(master: Master, service: Service): ServiceState {
  if (master.phase === 'stopping' || service.removed) return 'stopping';
  // Before the socket: a disabled one has none, and that is why.
  if (service.breaker.kind === 'disabled') return 'disabled';
  if (service.kind === 'service' && !service.listener) return 'unbound';
  if (service.breaker.kind === 'open') return 'breaker-open';
  if (service.breaker.kind === 'probing') return 'breaker-probe';
  return service.paused ? 'paused' : 'running';
}

function finite(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}

function workerSnapshot(master: Master, worker: Worker): WorkerSnapshot {
  return {
    serial: worker.serial,
    pid: worker.pid,
    state: worker.state,
    clients: worker.clients,
    uses: worker.uses,
    ageSeconds: Math.max(0, master.now - worker.spawnedAt) / 1000,
    stateSeconds: Math.max(0, master.now - worker.changedAt) / 1000,
    ...(worker.statusText === '' ? {} : { statusText: worker.statusText }),
  };
}

function eventSnapshot(master: Master, job: Job): EventSnapshot {
  return {
    name: job.name,
    kind: 'event',
    running: [...everyWorker(job.workers)].map(({ pid }) => pid),
    runs: job.runs,
    failures: job.failures,
    skips: job.skips,
    nextInSeconds: Number.isFinite(job.nextAt) ? Math.max(0, job.nextAt - master.now) / 1000 : null,
    ...(job.lastHow === '' ? {} : { lastHow: job.lastHow }),
  };
}
