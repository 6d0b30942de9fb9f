// The figures of one event on the scoreboard. Called by publish.ts for every event and turn; no system call is made here.

import { EVENT_FIELD } from './board.ts';
import type { Job } from './job.ts';
import type { Master } from './master.ts';
import { activeCount } from './owner.ts';

export function eventFigures(master: Master, job: Job): void {
  const view = job.place?.view;
  if (!view) return;
  view[EVENT_FIELD.runs] = job.runs;
  view[EVENT_FIELD.failures] = job.failures;
  view[EVENT_FIELD.skips] = job.skips;
  view[EVENT_FIELD.running] = activeCount(job.workers);
  view[EVENT_FIELD.durationSeconds] = job.durationMs / 1000;
  view[EVENT_FIELD.lastSuccess] = job.succeededAt / 1000;
  view[EVENT_FIELD.nextDue] = nextDue(master, job);
}

/**
 * Whole seconds since 1970; Infinity: never, as far as is known. Both clocks were read in this turn, one a moment after
 * the other.
 */
function nextDue({ phase, now, lastWallMs }: Master, { removed, nextAt, retryAt }: Job): number {
  const at = Math.min(nextAt, retryAt);
  if (phase !== 'running' || removed || at === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Math.round((lastWallMs + at - now) / 1000);
}
