// How the master goes down, a step per turn: listeners closed, everybody asked to finish, and when the last of them
// has gone, the waiting daemons in reverse order of their start, then what START has left. Each worker has its stop limit, the whole has the
// shutdown limit: then SIGKILL. Nothing is left behind.

import { endLeftBehind } from './left-behind.ts';
import { closeRefused, refuseClients } from './listeners.ts';
import { type Master, tell } from './master.ts';
import { activeCount, everyWorker } from './owner.ts';
import { kill, terminate } from './retire.ts';
import type { Service } from './service.ts';

export interface ShutdownOptions {
  readonly exitCode?: number;
  /** The command to answer when everything has ended. */
  readonly replyTo?: number;
}

export function beginShutdown(
  master: Master,
  reason: string,
  { exitCode = 0, replyTo }: ShutdownOptions,
): void {
  if (master.shutdown) return;
  const limitMs = master.spec.shutdownlimitMs;
  master.phase = 'stopping';
  master.shutdown = {
    reason,
    startedAt: master.now,
    deadline: master.now + limitMs,
    stage: 'workers',
    exitCode,
    replyTo,
  };
  tell(master, { kind: 'stopping', reason, active: master.roster.size, limitMs });
  // Signalled first: a worker whose accept fails before it knows of the stop says so and exits as one that failed.
  for (const owner of firstToGo(master)) {
    for (const worker of everyWorker(owner.workers)) terminate(master, worker, reason);
  }
  // Refused again and again, until nobody holds the socket: a worker on its way up calls listen(2) on it.
  for (const service of master.services) refuseClients(master, service);
}

/** No more patience: everything is killed now. */
export function forceShutdown(master: Master): void {
  if (master.shutdown) master.shutdown.deadline = Math.min(master.shutdown.deadline, master.now);
}

export function advanceShutdown(master: Master): void {
  const { shutdown } = master;
  if (!shutdown || shutdown.stage === 'done') return;
  if (master.now >= shutdown.deadline) killEverybody(master, shutdown);
  if (shutdown.stage === 'workers' && firstToGo(master).every(isGone)) shutdown.stage = 'daemons';
  if (shutdown.stage === 'daemons') stopLastDaemon(master, shutdown.reason);
  if (master.roster.size > 0) return;
  // Last, because all others may need them: what START has left is what was there first.
  shutdown.stage = 'left-behind';
  if (!endLeftBehind(master, shutdown.deadline)) return;
  shutdown.stage = 'done';
  master.phase = 'stopped';
  for (const service of master.services) closeRefused(master, service);
  tell(master, { kind: 'stopped', exitCode: shutdown.exitCode });
  if (shutdown.replyTo !== undefined) master.replies.push({ id: shutdown.replyTo, ok: true });
}

function firstToGo(master: Master) {
  return [...master.services.filter((service) => !waits(service)), ...master.jobs];
}

function waits({ daemon }: Service): boolean {
  return daemon?.wait === true;
}

function isGone({ workers }: Pick<Service, 'workers'>): boolean {
  return activeCount(workers) === 0;
}

/** Waiting daemons were started in order, since each may need the earlier ones: they end in reverse. */
function stopLastDaemon(master: Master, reason: string): void {
  const last = master.services.findLast((service) => waits(service) && !isGone(service));
  if (!last) return;
  for (const worker of everyWorker(last.workers)) terminate(master, worker, reason);
}

function killEverybody(master: Master, shutdown: NonNullable<Master['shutdown']>): void {
  const spentMs = master.now - shutdown.startedAt;
  for (const worker of master.roster.all()) {
    if (worker.told?.signal !== 'SIGKILL') {
      kill(
        master,
        worker,
        `still there ${Math.round(spentMs)} ms after the stop was asked for`,
        'stop-limit',
      );
    }
  }
}
