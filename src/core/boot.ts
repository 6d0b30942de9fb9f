// How the master comes up, a step per turn: START jobs one after the other, waiting daemons one after the other,
// then sockets, services, the other daemons and the schedule. A START job or a waiting daemon that fails ends the
// master with exit 1 (in Cyrus's place a daemon with 78); one that cannot be forked for want of processes or memory is
// tried again. A master that becomes another user binds its sockets before the waiting daemons, and is he from
// then on.

import type { User } from '../os/os.ts';
import { createJob } from './job.ts';
import { run } from './jobs.ts';
import { addService, openListener, tellUnbound } from './listeners.ts';
import { type Master, tell } from './master.ts';
import { activeCount } from './owner.ts';
import { addEvent } from './schedule.ts';
import type { Service } from './service.ts';
import { beginShutdown } from './shutdown.ts';

const EXIT_START_FAILED = 1;
/** EX_CONFIG: what Cyrus's master ends with when a waiting daemon does not come up. */
const EXIT_CYRUS_DAEMON_FAILED = 78;
/** EX_UNAVAILABLE, as Cyrus's master. */
const EXIT_UNBOUND = 69;

export function advanceBoot(master: Master): void {
  // Steps that are over at once are followed by the next in the same turn.
  while (master.phase === 'starting' && step(master));
}

/** One step. False: it is not over yet. */
function step(master: Master): boolean {
  const { boot } = master;
  if (boot.kind === 'jobs') return stepJob(master, boot);
  if (boot.kind === 'daemons') return stepDaemon(master, boot);
  open(master);
  return false;
}

function stepJob(master: Master, boot: Extract<Master['boot'], { kind: 'jobs' }>): boolean {
  const { running } = boot;
  if (running && activeCount(running.workers) > 0) return false;
  if (running && running.retryAt !== Number.POSITIVE_INFINITY) {
    if (master.now >= running.retryAt) {
      running.retryAt = Number.POSITIVE_INFINITY;
      run(master, running);
    }
    return false;
  }
  if (running) {
    running.removed = true;
    if (running.failures > 0) {
      fail(master, running.name, running.lastHow);
      return false;
    }
  }
  const spec = master.spec.start[boot.next];
  if (!spec) {
    const { becomes } = master.spec;
    if (becomes && !become(master, becomes)) return false;
    master.boot = { kind: 'daemons', next: 0, running: undefined };
    return true;
  }
  const job = createJob('start', spec);
  master.jobs.push(job);
  boot.next += 1;
  boot.running = job;
  run(master, job);
  return true;
}

function stepDaemon(master: Master, boot: Extract<Master['boot'], { kind: 'daemons' }>): boolean {
  const { running } = boot;
  if (running && running.workers.ready.size === 0) {
    failIfGone(master, running);
    return false;
  }
  const spec = master.spec.daemons.filter(({ wait }) => wait)[boot.next];
  boot.running = undefined;
  if (!spec) {
    master.boot = { kind: 'done' };
    return true;
  }
  boot.next += 1;
  boot.running = addService(master, spec);
  return boot.running === undefined;
}

function failIfGone(master: Master, daemon: Service): void {
  const tried = daemon.lastExit !== undefined || daemon.breaker.kind !== 'closed';
  if (!tried || activeCount(daemon.workers) > 0) return;
  const exitCode = daemon.daemon?.failureRule === 'cyrus' ? EXIT_CYRUS_DAEMON_FAILED : EXIT_START_FAILED;
  fail(master, daemon.name, daemon.lastExit?.how ?? 'it could not be started', exitCode);
}

function fail(master: Master, service: string, reason: string, exitCode = EXIT_START_FAILED): void {
  tell(master, { kind: 'start-failed', service, reason });
  beginShutdown(master, `START failed: ${service}`, { exitCode });
}

/** Clients queue from now on; workers come when the waiting daemons are ready. */
function become(master: Master, user: User): boolean {
  if (!bind(master)) return false;
  const outcome = master.os.becomeUser(user);
  if (outcome === 'done') return true;
  fail(master, user.name, `can't change to the cyrus user: ${outcome}`);
  return false;
}

/** False: one could not be bound, and that ends the master. */
function bind(master: Master): boolean {
  for (const spec of master.spec.services) {
    const service = addService(master, spec);
    if (service) openListener(master, service);
    if (master.spec.bindErrorsFatal && service?.binding.errno !== undefined) {
      beginShutdown(master, `${spec.name} cannot be bound`, { exitCode: EXIT_UNBOUND });
      return false;
    }
  }
  return true;
}

function open(master: Master): void {
  if (!master.spec.becomes && !bind(master)) return;
  const unbound = tellUnbound(master);
  for (const spec of master.spec.daemons) if (!spec.wait) addService(master, spec);
  for (const spec of master.spec.events) addEvent(master, spec);
  master.phase = 'running';
  tell(master, { kind: 'master-ready', unbound });
}
