// Planted in EVENTS.

import type { Mutant } from '../mutant.ts';

export const SCHEDULE: readonly Mutant[] = [
  {
    name: 'skip-event-twice',
    says: 'A run that was told to end does not count as running: the next of a skip event begins beside it.',
    rules: ['skip-never-twice'],
    edits: [
      {
        file: 'core/jobs.ts',
        find: `const running = activeCount(job.workers) > 0;`,
        replace: `const running = job.workers.busy.size > 0;`,
      },
    ],
  },
  {
    name: 'event-again-after-a-step-back',
    says: 'Any step back of the wall clock reschedules: what ran at three runs at three again.',
    rules: ['occurrence-runs-once'],
    edits: [
      {
        file: 'core/schedule.ts',
        find: `wallMs < master.lastWallMs - CLOCK_CORRECTION_MS;`,
        replace: `wallMs < master.lastWallMs;`,
      },
    ],
  },
  {
    name: 'event-by-the-old-clock',
    says: 'When a wall-clock event is due is reckoned once, and not looked at again when the clock has jumped.',
    rules: ['due-events-run', 'occurrence-runs-once'],
    edits: [
      {
        file: 'core/schedule.ts',
        find: `  if (wallMs >= job.nextWallMs + jitter(event, job.runs)) {`,
        replace: `  if (master.now >= job.nextAt) {`,
      },
      {
        file: 'core/schedule.ts',
        find: `  } else {
    job.nextAt = master.now + (job.nextWallMs + jitter(event, job.runs) - wallMs);
  }`,
        replace: `  }`,
      },
    ],
  },
  {
    name: 'event-lost-with-its-fork',
    says: 'An event whose fork failed is not tried again: it is lost until its next time.',
    rules: ['due-events-run'],
    edits: [
      {
        file: 'core/jobs.ts',
        find: `if (passing) job.retryAt =`,
        replace: `if (passing && job.kind === 'start') job.retryAt =`,
      },
    ],
  },
  {
    name: 'event-queue-stuck',
    says: 'A run that waits for the running one is begun only when that one ends with success.',
    rules: ['due-events-run'],
    edits: [
      {
        file: 'core/jobs.ts',
        find: `if (!job.removed && master.phase === 'running') runQueued`,
        replace: `if (!failed && !job.removed && master.phase === 'running') runQueued`,
      },
    ],
  },
  {
    name: 'event-queue-stuck-at-exec',
    says: 'Behind a run that cannot be executed, the others that wait go on waiting, though nothing runs.',
    rules: ['due-events-run'],
    edits: [
      {
        file: 'core/jobs.ts',
        find: `while (job.queued > 0 && activeCount`,
        replace: `if (job.queued > 0 && activeCount`,
      },
    ],
  },
];
