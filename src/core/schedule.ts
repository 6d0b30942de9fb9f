// Stage 5: EVENTS that are due. Periods run on the monotonic clock; `cron` and `at` on the wall clock in local
// time, which may jump: a deadline is recomputed at every look, a forward jump runs a missed event once, a small
// backward jump runs nothing twice; after one of three hours and more the clock is taken to be right (as cron(8)
// of Debian does).

import { createJob, eventOf, type Job } from './job.ts';
import { due } from './jobs.ts';
import type { Master } from './master.ts';
import { subject } from './owner.ts';
import { takePlace } from './places.ts';
import type { EventSpec } from './spec.ts';

/** A new entry of EVENTS. */
export function addEvent(master: Master, spec: EventSpec): void {
  const job = createJob('event', spec);
  job.place = takePlace(master, { ...subject(job), owner: 'event' });
  master.jobs.push(job);
  scheduleFirst(master, job);
}

/** Sets when `job` is due first: a period at once (plus jitter), a pattern at its next occurrence. */
export function scheduleFirst(master: Master, job: Job): void {
  const event = eventOf(job);
  if (!event) return;
  // A run of an earlier schedule that could not be started is not made up for.
  job.retryAt = Number.POSITIVE_INFINITY;
  if (event.trigger.kind === 'period') {
    job.gridAt = master.now;
    job.nextAt = job.gridAt + jitter(event, job.runs);
  } else scheduleOccurrence(master, job, event, master.os.wallClock());
}

export function runDueEvents(master: Master): void {
  if (master.phase !== 'running') return;
  const wallMs = master.os.wallClock();
  const corrected = wallMs < master.lastWallMs - CLOCK_CORRECTION_MS;
  master.lastWallMs = wallMs;
  if (corrected) rescheduleOccurrences(master, wallMs);
  for (const job of master.jobs) {
    const event = eventOf(job);
    if (event && !job.removed) look(master, job, event);
  }
}

const CLOCK_CORRECTION_MS = 3 * 3_600_000;

function rescheduleOccurrences(master: Master, wallMs: number): void {
  for (const job of master.jobs) {
    const event = eventOf(job);
    if (event) scheduleOccurrence(master, job, event, wallMs);
  }
}

function look(master: Master, job: Job, event: EventSpec): void {
  const { trigger } = event;
  if (master.now >= job.retryAt) {
    job.retryAt = Number.POSITIVE_INFINITY;
    due(master, job);
  }
  if (trigger.kind === 'period') {
    if (master.now < job.nextAt) return;
    due(master, job);
    // On the grid of the period; a stall of many periods is made up for by one run.
    const behindMs = master.now - job.gridAt;
    job.gridAt += trigger.periodMs * (1 + Math.floor(behindMs / trigger.periodMs));
    job.nextAt = job.gridAt + jitter(event, job.runs);
    return;
  }
  const wallMs = master.os.wallClock();
  if (Number.isNaN(job.nextWallMs)) return;
  if (wallMs >= job.nextWallMs + jitter(event, job.runs)) {
    due(master, job);
    scheduleOccurrence(master, job, event, Math.max(wallMs, job.nextWallMs));
  } else {
    job.nextAt = master.now + (job.nextWallMs + jitter(event, job.runs) - wallMs);
  }
}

function scheduleOccurrence(master: Master, job: Job, event: EventSpec, afterWallMs: number): void {
  if (event.trigger.kind !== 'cron') return;
  const next = master.os.nextOccurrence(event.trigger.pattern, afterWallMs);
  job.nextWallMs = next ?? Number.NaN;
  job.nextAt =
    next === undefined
      ? Number.POSITIVE_INFINITY
      : master.now + (next + jitter(event, job.runs) - master.os.wallClock());
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A part of `jitter` that depends on the event's name and the run's number only (FNV-1a). */
function jitter(event: EventSpec, run: number): number {
  if (event.jitterMs === 0) return 0;
  let hash = FNV_OFFSET;
  for (const character of `${event.name}#${run}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME) >>> 0;
  }
  return (hash / 2 ** 32) * event.jitterMs;
}
