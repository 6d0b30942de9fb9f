// What a worker belongs to: a service or daemon (core/service.ts), or a job: one run of an EVENTS or START entry.
// The ledger keeps the workers of an owner in one set per state; every count is the size of a set, so that a count
// can't disagree with the states.

import type { WorkerKind } from './facts.ts';
import type { Job } from './job.ts';
import type { Service } from './service.ts';
import type { Worker } from './worker.ts';
import { WORKER_STATES, type WorkerState } from './worker-states.ts';

export type Owner = Service | Job;

export function isService(owner: Owner): owner is Service {
  return owner.kind === 'service' || owner.kind === 'daemon';
}

/** Workers by state; within a state the longest there first. */
export type Workers = Readonly<Record<Exclude<WorkerState, 'dead'>, Set<Worker>>>;

export function noWorkers(): Workers {
  return { starting: new Set(), ready: new Set(), busy: new Set(), draining: new Set() };
}

/** May take a connection: those that are starting are counted, as in the field. */
export function readyCount(workers: Workers): number {
  return workers.starting.size + workers.ready.size;
}

/** Alive. */
export function activeCount(workers: Workers): number {
  return workers.starting.size + workers.ready.size + workers.busy.size + workers.draining.size;
}

export function* everyWorker(workers: Workers): Generator<Worker> {
  for (const state of WORKER_STATES) if (state !== 'dead') yield* workers[state];
}

/** The words by which a fact names its owner. */
export function subject(owner: Owner): { owner: WorkerKind; service: string; family: string } {
  return { owner: owner.kind, service: owner.name, family: owner.family };
}

export function workerSubject(worker: Worker) {
  return { ...subject(worker.owner), pid: worker.pid, serial: worker.serial };
}
