// What is known of a visit when it is over: its moments and its outcome. Made by visit.ts, counted by results.ts.

import type { Outcome } from './outcome.ts';

export interface Visited {
  readonly client: number;
  readonly attempt: number;
  readonly plannedAt: number;
  readonly launchedAt: number;
  readonly connectedAt: number | undefined;
  readonly greetedAt: number | undefined;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** Why, when it failed: an errno, or what was waited for or said. */
  readonly reason: string;
  /** False when the client itself was slow, or gone, before it could be greeted. */
  readonly wantsGreeting: boolean;
}
