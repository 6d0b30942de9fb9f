// The table of planted faults, by the part of the core that they are in; last, bugs that were found, put back. The
// simulator must catch each of MUTANTS: hunt.ts looks for the first seed that does, mutants.test.ts runs that seed again.
// SURVIVORS are shown on the page as well: each is a wish for the oracle or the scenario.

import type { Mutant } from './mutant.ts';
import { ENDINGS } from './table/endings.ts';
import { FOUND } from './table/found.ts';
import { LEDGER } from './table/ledger.ts';
import { LOOP } from './table/loop.ts';
import { OPERATOR } from './table/operator.ts';
import { SCHEDULE } from './table/schedule.ts';
import { SPAWNING } from './table/spawning.ts';
import { TROUBLE } from './table/trouble.ts';

const ALL: readonly Mutant[] = [
  ...LOOP,
  ...LEDGER,
  ...SPAWNING,
  ...TROUBLE,
  ...ENDINGS,
  ...OPERATOR,
  ...SCHEDULE,
  ...FOUND,
];

/** Not seen by any rule that is meant for them, in the hundreds of seeds that were tried. */
const MISSED: ReadonlySet<string> = new Set([
  'heap-parent-off-by-one',
  'half-a-message-kept',
  'silent-worker-believed',
  'back-off-without-end',
  'hung-starts-stay',
  'stop-limit-not-set-anew',
  'removed-services-wait-for-a-reload',
  'event-again-after-a-step-back',
  'empty-ends-the-last-words',
  'audit-when-epoll-had-more-to-tell',
  'old-schedule-made-up-for',
]);

export const MUTANTS: readonly Mutant[] = ALL.filter(({ name }) => !MISSED.has(name));
export const SURVIVORS: readonly Mutant[] = ALL.filter(({ name }) => MISSED.has(name));
