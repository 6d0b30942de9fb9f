// Runs of EVENTS and START entries: started by schedule.ts and boot.ts, ended here. An event that is still running
// is skipped, queued or allowed to overlap, as its entry says; it is ended at its time limit.

import { eventOf, type Job } from './job.ts';
import { launch, tellLaunchFailed } from './launch.ts';
import { type Master, tell } from './master.ts';
import { activeCount, subject } from './owner.ts';
import type { Worker } from './worker.ts';

/** Queued runs of one event; more are skipped. */
export const EVENT_QUEUE_MAX = 16;
/** An event whose fork failed is not lost until its next time; a start that lacks a process waits for one. */
const RETRY_MS = 1_000;

/** The event is due: runs it, or does what `overlap` says when it is still running. */
export function due(master: Master, job: Job): void {
  const event = eventOf(job);
  const running = activeCount(job.workers) > 0;
  if (!running || event?.overlap === 'allow') {
    run(master, job);
    // There is nobody behind a run that could not be executed whose end would be the next one's turn.
    runQueued(master, job);
    return;
  }
  if (event?.overlap === 'queue' && job.queued < EVENT_QUEUE_MAX) {
    job.queued += 1;
    tell(master, { ...subject(job), kind: 'event-queued' });
    return;
  }
  job.skips += 1;
  const why =
    event?.overlap === 'queue'
      ? `${EVENT_QUEUE_MAX} runs are waiting already`
      : 'the last run is still going on';
  tell(master, { ...subject(job), kind: 'event-skipped', why });
}

/** Starts one run. False when no process could be made. */
export function run(master: Master, job: Job): boolean {
  job.runs += 1;
  const outcome = launch(master, job, false);
  if (outcome.kind === 'failed') {
    const passing = outcome.stage !== 'exec';
    if (passing) job.retryAt = master.now + RETRY_MS;
    tellLaunchFailed(master, job, outcome, passing ? RETRY_MS : 0);
    if (!passing || job.kind === 'event') bookFailure(job, `${outcome.stage} failed with ${outcome.errno}`);
    return false;
  }
  // Whatever could not be started before is made up for.
  job.retryAt = Number.POSITIVE_INFINITY;
  const limitMs = eventOf(job)?.limitMs ?? 0;
  if (limitMs > 0) {
    const { serial, spawnedAt } = outcome.worker;
    master.timers.add({ at: spawnedAt + limitMs, serial, purpose: 'time-limit' });
  }
  return true;
}

/** A run has ended. `failed`: not with exit 0. */
export function jobEnded(master: Master, job: Job, worker: Worker, how: string, failed: boolean): void {
  job.lastHow = how;
  if (failed) bookFailure(job, how);
  else job.succeededAt = master.os.wallClock();
  const durationMs = Math.max(0, master.now - worker.spawnedAt);
  job.durationMs += durationMs;
  tell(master, { ...subject(job), kind: 'job-finished', how, failed, durationMs });
  if (!job.removed && master.phase === 'running') runQueued(master, job);
}

/**
 * The next of those that wait. While `overlap` was `allow`, several may have been started: it waits for the last of
 * them. One that cannot be executed is over at once, and the next has its turn; one whose fork failed is tried again.
 */
function runQueued(master: Master, job: Job): void {
  while (job.queued > 0 && activeCount(job.workers) === 0 && job.retryAt === Number.POSITIVE_INFINITY) {
    job.queued -= 1;
    run(master, job);
  }
}

function bookFailure(job: Job, how: string): void {
  job.failures += 1;
  job.lastHow = how;
}
