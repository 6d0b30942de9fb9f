// Planted in what happens when spawns fail and workers die: back-off, breaker, what is a failure.

import type { Mutant } from '../mutant.ts';

export const TROUBLE: readonly Mutant[] = [
  {
    name: 'back-off-without-end',
    says: 'The back-off after a failed fork doubles without a limit.',
    rules: ['clients-are-served', 'comes-to-rest', 'need-is-met', 'constraint-is-true'],
    edits: [
      {
        file: 'core/spawn-outcome.ts',
        find: `Math.min(FORK_BACKOFF_MAX_MS, Math.max(FORK_BACKOFF_FIRST_MS, backoff.delayMs * 2))`,
        replace: `Math.max(FORK_BACKOFF_FIRST_MS, backoff.delayMs * 2)`,
      },
    ],
  },
  {
    name: 'back-off-on-the-wall-clock',
    says: 'The back-off after a failed fork ends at a time of the wall clock: set back by an hour, it lasts an hour.',
    rules: ['clients-are-served', 'comes-to-rest', 'need-is-met', 'constraint-is-true'],
    edits: [
      {
        file: 'core/spawn-outcome.ts',
        find: `backoff.until = master.os.now() + backoff.delayMs;`,
        replace: `backoff.until = master.os.wallClock() + backoff.delayMs;`,
      },
      {
        file: 'core/spawner.ts',
        find: `return master.now < service.forkBackoff.until ?`,
        replace: `return master.os.wallClock() < service.forkBackoff.until ?`,
      },
    ],
  },
  {
    name: 'breaker-never-half-opens',
    says: 'When the pause of the breaker is over, the failures that opened it still hold it open.',
    rules: [
      'breaker-tries-again',
      'comes-to-rest',
      'clients-are-served',
      'need-is-met',
      'constraint-is-true',
      'breaker-holds',
    ],
    edits: [
      {
        file: 'core/breaker.ts',
        find: `if (breaker.kind === 'open' && now >= breaker.retryAt) {`,
        replace: `if (breaker.kind === 'open' && breaker.failures < FAILURES_MAX && now >= breaker.retryAt) {`,
      },
    ],
  },
  {
    name: 'breaker-closed-only-by-serving',
    says: 'A probe that nobody died of does not close the breaker: without a client it stays half open.',
    rules: ['breaker-tries-again', 'comes-to-rest', 'breaker-holds'],
    edits: [
      {
        file: 'core/breaker.ts',
        find: `  if (breaker.kind === 'probing' && now >= breaker.probedAt + FAILURE_GAP_MS) return CLOSED;\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'breaker-not-closed-by-serving',
    says: 'A client that the probe serves does not close the breaker.',
    rules: ['comes-to-rest', 'clients-are-served', 'breaker-holds'],
    edits: [
      {
        file: 'core/breaker.ts',
        find: `  if (breaker.kind === 'probing') return spawnedAt >= breaker.probedAt ? CLOSED : breaker;\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'breaker-lets-everybody-probe',
    says: 'A half-open breaker lets one more probe through in every turn.',
    rules: ['breaker-holds'],
    edits: [
      {
        file: 'core/breaker.ts',
        find: `return breaker.kind === 'probing' ? Math.max(0, 1 - unproven) : 0;`,
        replace: `return breaker.kind === 'probing' ? 1 : 0;`,
      },
    ],
  },
  {
    name: 'exit-that-was-asked-for-is-a-failure',
    says: 'A young worker that ends because it was told to counts as one that did not come up.',
    rules: ['failures-are-real'],
    edits: [
      {
        file: 'core/reap.ts',
        find: `if (state === 'busy' || worker.told) return false;`,
        replace: `if (state === 'busy') return false;`,
      },
    ],
  },
  {
    name: 'hung-starts-stay',
    says: 'A worker that takes nobody while clients are queued is never ended: it counts as ready.',
    rules: ['clients-are-served', 'hung-starts-end'],
    edits: [{ file: 'core/deadlines.ts', find: `    endHungStarts(master, service);\n`, replace: `` }],
  },
  {
    name: 'inetd-client-dropped',
    says: 'A client that was accepted is hung up on when no process can be made for him.',
    rules: ['accepted-is-served'],
    edits: [
      {
        file: 'core/inetd.ts',
        find: `  else service.pendingConnection = connection;`,
        replace: `  else master.os.close(connection);`,
      },
    ],
  },
];
