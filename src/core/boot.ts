// How the master comes up, a step per turn: START jobs one after the other, waiting daemons one after the other,
// then sockets, services, the other daemons and the schedule. A START job or a waiting daemon that fails ends the
// master with exit 1 (CYRUS.md).

import { createJob, type Job } from './job.ts';
import { run } from './jobs.ts';
import { addService, openListener, tellUnbound } from './listeners.ts';
import { type Master, tell } from './master.ts';
import { activeCount } from './owner.ts';
import { scheduleFirst } from './schedule.ts';
import type { Service } from './service.ts';
import { beginShutdown } from './shutdown.ts';

const EXIT_START_FAILED = 1;

export function advanceBoot(master: Master): void {
  const { boot } = master;
  if (master.phase !== 'starting') return;
  if (boot.kind === 'jobs' && boot.running === undefined) startNextJob(master, boot);
  else if (boot.kind === 'daemons') lookAtDaemon(master, boot);
  else if (boot.kind === 'done') open(master);
}

function startNextJob(master: Master, boot: Extract<Master['boot'], { kind: 'jobs' }>): void {
  const spec = master.spec.start[boot.next];
  if (!spec) {
    master.boot = { kind: 'daemons', next: 0, running: undefined };
    return advanceBoot(master);
  }
  const job = createJob('start', spec);
  master.jobs.push(job);
  boot.next += 1;
  boot.running = job;
  if (!run(master, job)) fail(master, job.name, job.lastHow);
}

/** Called by jobs.ts when a START job has ended. */
export function startJobEnded(master: Master, job: Job, how: string, failed: boolean): void {
  if (master.boot.kind !== 'jobs' || master.boot.running !== job) return;
  job.removed = true;
  if (failed) fail(master, job.name, how);
  else master.boot.running = undefined;
}

function lookAtDaemon(master: Master, boot: Extract<Master['boot'], { kind: 'daemons' }>): void {
  const { running } = boot;
  if (running) {
    if (running.workers.ready.size === 0) return failIfGone(master, running);
    boot.running = undefined;
  }
  const spec = master.spec.daemons.filter(({ wait }) => wait)[boot.next];
  if (!spec) {
    master.boot = { kind: 'done' };
    return advanceBoot(master);
  }
  boot.next += 1;
  boot.running = addService(master, spec);
}

function failIfGone(master: Master, daemon: Service): void {
  const tried = daemon.lastExit !== undefined || daemon.breaker.kind !== 'closed';
  if (!tried || activeCount(daemon.workers) > 0) return;
  fail(master, daemon.name, daemon.lastExit?.how ?? 'it could not be started');
}

function fail(master: Master, service: string, reason: string): void {
  tell(master, { kind: 'start-failed', service, reason });
  beginShutdown(master, `START failed: ${service}`, { exitCode: EXIT_START_FAILED });
}

function open(master: Master): void {
  for (const spec of master.spec.services) {
    const service = addService(master, spec);
    if (service) openListener(master, service);
  }
  tellUnbound(master);
  for (const spec of master.spec.daemons) if (!spec.wait) addService(master, spec);
  for (const spec of master.spec.events) {
    const job = createJob('event', spec);
    master.jobs.push(job);
    scheduleFirst(master, job);
  }
  master.phase = 'running';
  tell(master, { kind: 'master-ready' });
}
