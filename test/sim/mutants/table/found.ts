// Bugs that the simulator and the fault injection have found in the core, put back as they were.

import type { Mutant } from '../mutant.ts';

export const FOUND: readonly Mutant[] = [
  {
    name: 'empty-ends-the-last-words',
    says: 'Reading the last words of a worker ends at the first read that says "nothing there", also when it was interrupted.',
    rules: ['counts-are-the-truth', 'failures-are-real'],
    edits: [
      {
        file: 'core/drain.ts',
        find: `if (misses === LAST_MISSES_MAX || os.poll([fd], 0).kind === 'timeout') return;`,
        replace: `return;`,
      },
    ],
  },
  {
    name: 'bucket-booked-by-the-turn',
    says: 'Forks are booked at the begin of their turn: after a turn of many slow spawns the token bucket seems full.',
    rules: ['fork-rate'],
    edits: [
      {
        file: 'core/spawn-outcome.ts',
        find: `    available(service.tokens, outcome.worker.spawnedAt);\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'stop-limit-of-an-earlier-order',
    says: 'The stop limit of an earlier order kills a worker that was given a new one since.',
    rules: ['not-killed-early'],
    edits: [
      {
        file: 'core/retire.ts',
        find: `  if (master.now < stopLimit.at) {
    timeStopLimit(master, worker);
    return;
  }\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'audit-when-epoll-had-more-to-tell',
    says: 'Of more exits than one turn is told of, the self-audit takes those for missed that epoll was still to tell.',
    rules: ['drift-is-zero'],
    edits: [
      {
        file: 'core/invariants.ts',
        find: `ended && worker.seenEnded && master.pending.complete;`,
        replace: `ended && worker.seenEnded;`,
      },
    ],
  },
  {
    name: 'event-back-beside-its-old-run',
    says: 'An event that a reload takes out, and the next one puts in again, is a new one: it runs beside its own last run.',
    rules: ['skip-never-twice'],
    edits: [
      {
        file: 'core/reload.ts',
        find: `      if (event) comeBack(master, job, event);
      wanted.delete(job.name);
      continue;`,
        replace: `      continue;`,
      },
    ],
  },
  {
    name: 'old-schedule-made-up-for',
    says: 'A run that could not be started is tried again, also when a reload has changed the schedule since.',
    rules: ['period-is-kept', 'occurrence-runs-once'],
    edits: [
      {
        file: 'core/schedule.ts',
        find: `  // A run of an earlier schedule that could not be started is not made up for.
  job.retryAt = Number.POSITIVE_INFINITY;
  if`,
        replace: `  if`,
      },
    ],
  },
];
