// The table of planted faults, by the part of the core that they are in; last, bugs that were found, put back. The simulator must catch each of them:
// hunt.ts looks for the first seed that does, mutants.test.ts runs that seed again.

import type { Mutant } from './mutant.ts';
import { ENDINGS } from './table/endings.ts';
import { FOUND } from './table/found.ts';
import { LEDGER } from './table/ledger.ts';
import { LOOP } from './table/loop.ts';
import { OPERATOR } from './table/operator.ts';
import { SCHEDULE } from './table/schedule.ts';
import { SPAWNING } from './table/spawning.ts';
import { TROUBLE } from './table/trouble.ts';

export const MUTANTS: readonly Mutant[] = [
  ...LOOP,
  ...LEDGER,
  ...SPAWNING,
  ...TROUBLE,
  ...ENDINGS,
  ...OPERATOR,
  ...SCHEDULE,
  ...FOUND,
];
