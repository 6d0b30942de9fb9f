// Planted in how many workers are spawned, and when.

import type { Mutant } from '../mutant.ts';

export const SPAWNING: readonly Mutant[] = [
  {
    name: 'refill-past-maxchild',
    says: 'maxchild is asked only for clients that wait: the refill of prefork goes past it.',
    rules: ['maxchild'],
    edits: [
      {
        file: 'core/spawn-policy.ts',
        find: `    [figures.maxchild - figures.active, 'maxchild'],`,
        replace: `    [figures.queue > 0 ? figures.maxchild - figures.active : Number.POSITIVE_INFINITY, 'maxchild'],`,
      },
    ],
  },
  {
    name: 'refill-ignores-starting',
    says: 'Workers that are starting do not count as ready: each turn spawns them anew.',
    rules: ['spawns-are-needed'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `lasts ? workers.starting.size : readyCount(workers);`,
        replace: `lasts ? workers.starting.size : workers.ready.size;`,
      },
    ],
  },
  {
    name: 'draining-not-counted',
    says: 'Workers on their way out do not count for maxchild.',
    rules: ['maxchild', 'constraint-is-true'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `    active: activeCount(workers),\n    maxchild`,
        replace: `    active: activeCount(workers) - workers.draining.size,\n    maxchild`,
      },
    ],
  },
  {
    name: 'bucket-without-bottom',
    says: 'The token bucket of maxforkrate has no capacity: after a quiet hour a storm of forks is allowed.',
    rules: ['fork-rate'],
    edits: [
      {
        file: 'core/fork-rate.ts',
        find: `bucket.tokens = Math.min(capacity(bucket.ratePerSecond), bucket.tokens + gained);`,
        replace: `bucket.tokens += gained;`,
      },
    ],
  },
  {
    name: 'bucket-on-the-wall-clock',
    says: 'maxforkrate counts on the wall clock: set forward, it gives a second burst; set back, it gives nothing for that long.',
    rules: ['fork-rate', 'clients-are-served', 'comes-to-rest', 'need-is-met', 'constraint-is-true'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `tokens: available(service.tokens, master.now),`,
        replace: `tokens: available(service.tokens, master.os.wallClock()),`,
      },
    ],
  },
  {
    name: 'bucket-filled-by-reload',
    says: 'Every reload fills the token bucket of maxforkrate, also when the rate is the same.',
    rules: ['fork-rate'],
    edits: [
      {
        file: 'core/fork-rate.ts',
        find: `  if (bucket.ratePerSecond === ratePerSecond) return;
  const wasUnlimited = bucket.ratePerSecond === Number.POSITIVE_INFINITY;
  bucket.ratePerSecond = ratePerSecond;
  bucket.filledAt = now;
  bucket.tokens = wasUnlimited ? capacity(ratePerSecond) : Math.min(bucket.tokens, capacity(ratePerSecond));`,
        replace: `  bucket.ratePerSecond = ratePerSecond;
  bucket.filledAt = now;
  bucket.tokens = capacity(ratePerSecond);`,
      },
    ],
  },
  {
    name: 'start-cap-leaks',
    says: 'Who is starting is counted up at each spawn and down at the first word: a death before that word is never counted down.',
    rules: ['start-cap', 'clients-are-served', 'comes-to-rest', 'need-is-met', 'constraint-is-true'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `  master.starting = 0;
  for (const { workers } of master.services) master.starting += workers.starting.size;\n`,
        replace: ``,
      },
      {
        file: 'core/progress.ts',
        find: `  const presumed = event === 'presumed';\n`,
        replace: `  const presumed = event === 'presumed';\n  if (event !== 'handed') master.starting -= 1;\n`,
      },
    ],
  },
  {
    name: 'one-storm-takes-all-starts',
    says: 'A service without a start under way has no start of its own: hung starts of another take the whole budget.',
    rules: ['clients-are-served', 'comes-to-rest', 'need-is-met', 'constraint-is-true'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `  return startingOfThis === 0 ? Math.max(1, left) : Math.max(0, left);`,
        replace: `  return Math.max(0, left);`,
      },
    ],
  },
  {
    name: 'pause-does-not-stop-the-refill',
    says: 'A paused service starts nobody for its clients, but its prefork is still refilled.',
    rules: ['halt-is-obeyed', 'full-service-not-watched'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `if (service.paused) return 'paused';`,
        replace: `if (service.paused && somebodyWaits(service)) return 'paused';`,
      },
    ],
  },
  {
    name: 'daemons-come-back-while-stopping',
    says: 'Only removed services stop spawning: a daemon that ends early in a stop is started again.',
    rules: ['halt-is-obeyed', 'stop-ends'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `if (master.shutdown || service.removed) return 'stopping';`,
        replace: `if (service.removed) return 'stopping';`,
      },
    ],
  },
  {
    name: 'scale-not-obeyed',
    says: 'The spawner reads maxchild in the entry, and not where scale has put it.',
    rules: [
      'maxchild',
      'clients-are-served',
      'comes-to-rest',
      'full-service-not-watched',
      'constraint-is-true',
    ],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `    maxchild: limits.maxchild,`,
        replace: `    maxchild: service.spec?.maxchild ?? limits.maxchild,`,
      },
    ],
  },
];
