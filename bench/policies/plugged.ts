// What a compared policy is: the product's own seam (SpawnPolicy), and when it wants to be asked again although nothing
// has happened. Made for one master with one service, since the figures do not name the service. `now` is the clock of
// the turn, which stands still while the turn lasts: a policy is asked several times in one, and must not change by it.

import {
  limited,
  type SpawnDecision,
  type SpawnFigures,
  type SpawnPolicy,
} from '../../src/core/spawn-policy.ts';
import type { Os } from '../../src/os/os.ts';

export interface Plugged {
  readonly policy: SpawnPolicy;
  /** Monotonic ms; Infinity: only when something happens. */
  readonly dueAt: () => number;
}

export type MakePolicy = (now: () => number) => Plugged;

/** One that looks at the figures alone. */
export function figuresOnly(policy: SpawnPolicy): MakePolicy {
  return () => ({ policy, dueAt: () => Number.POSITIVE_INFINITY });
}

/** As much as the configuration and the kernel allow. The start cap is ours alone: no other system has one. */
export function unpaced(need: number, figures: SpawnFigures): SpawnDecision {
  if (need <= 0) return { spawn: 0, need, constraint: 'none', figures };
  return { ...limited(need, { ...figures, startRoom: Number.POSITIVE_INFINITY }), figures };
}

/** The port under a master whose poll ends when the policy is due. */
export function punctual(os: Os, { dueAt }: Pick<Plugged, 'dueAt'>): Os {
  return {
    ...os,
    poll: (fds, timeoutMs) => os.poll(fds, Math.min(timeoutMs, Math.max(0, dueAt() - os.now()))),
  };
}
