// Faults by seed on the way between the core and a port: on the real one (`preforkd run --chaos`) and on the
// simulator's. Each is something that a kernel may do on a bad day, so the core must live with all of them.
// Every fault draws from a stream of its own: one switched off leaves the others as they were.

import type { Entropy } from '../lib/entropy.ts';
import type { Os } from './os.ts';

/** Every fault and what it does; the weight in a plan is its probability per call, 0 to 1. */
export const CHAOS_FAULTS = {
  eintr: 'poll says EINTR, although something may be ready (as on Solaris)',
} as const;

export type ChaosFault = keyof typeof CHAOS_FAULTS;
export type ChaosPlan = Partial<Record<ChaosFault, number>>;

export interface Chaos {
  readonly os: Os;
  /** How often each fault was injected so far. */
  readonly injected: Readonly<Record<ChaosFault, number>>;
  /** No more faults from now on. */
  calm(): void;
}

export function withChaos(os: Os, plan: ChaosPlan, entropy: Entropy): Chaos {
  const injected: Record<ChaosFault, number> = { eintr: 0 };
  const eintr = entropy.stream('eintr');
  let calm = false;
  return {
    injected,
    calm: () => {
      calm = true;
    },
    os: {
      ...os,
      poll: (fds, timeoutMs) => {
        if (calm || !eintr.chance(plan.eintr ?? 0)) return os.poll(fds, timeoutMs);
        injected.eintr += 1;
        return { kind: 'interrupted' };
      },
    },
  };
}
