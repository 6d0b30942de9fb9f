// What a scenario is: a sentence, a plain cyrus.conf, what happens, and what can be seen of it from outside. Both masters
// play it; both must show `outcome`, but for the fields that are declared to differ, each with Cyrus's own value and the
// reason why ours is better. The declared ones are the rows of docs/CYRUS-DIFFERENCES.md.

import type { Stage } from './stage.ts';

export type Value = string | number | boolean | readonly string[];

/** Only what can be seen from outside: who is alive, who is reachable, exit codes, what clients saw, files, order. */
export type Outcome = Readonly<Record<string, Value>>;

export interface Difference {
  readonly field: string;
  /** What Cyrus's master shows. */
  readonly cyrus: Value;
  readonly why: string;
}

export interface Scenario {
  /** A sentence. Unique. */
  readonly tells: string;
  /** The plain cyrus.conf. */
  configuration(stage: Stage): string;
  /** The configuration is written, the master is not started. */
  play(stage: Stage): Promise<Outcome>;
  readonly outcome: Outcome;
  readonly differs?: readonly Difference[];
  /** It needs IPv6 on loopback. */
  readonly needs?: 'IPv6';
}

export interface Chapter {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

/** What Cyrus's master is to show. */
export function outcomeOfCyrus({ outcome, differs = [] }: Scenario): Outcome {
  return { ...outcome, ...Object.fromEntries(differs.map(({ field, cyrus }) => [field, cyrus])) };
}
