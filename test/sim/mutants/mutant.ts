// A planted fault: what a tired engineer might have written, as exact replacements in the core's own text. The core
// itself stays free of planted code: plant.ts applies them to a copy.

import type { RuleName } from '../oracle/rules.ts';

export interface Edit {
  /** Below src. */
  readonly file: string;
  /** Must stand in the file exactly once: a mutant that no longer fits is an error, so that it is kept up. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** What the careless change did, in a sentence. */
  readonly says: string;
  /** The rules of the oracle that can see it. By another one it does not count as caught: that would be by chance. */
  readonly rules: readonly RuleName[];
  readonly edits: readonly Edit[];
}
