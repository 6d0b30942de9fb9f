// What the parts of one run share: whether the faults go on, and how often each was seen. Made by run.ts, read by the
// operator, the world, the clients and the programs.

import type { Entropy } from '../../src/lib/entropy.ts';
import type { SimKernel } from '../../src/os/sim/options.ts';
import type { Swarm } from './swarm.ts';

export interface RunContext {
  readonly swarm: Swarm;
  /** Not to be asked before the kernel is made. */
  kernel(): SimKernel;
  /** The fault phase is over: everybody behaves from now on. */
  readonly healed: () => boolean;
  /** Counts that a fault has had its effect. */
  saw(fault: string): void;
}

/** Virtual ms between two acts of a fault whose weight is 1; a fault of weight 0.1 acts ten times as seldom. */
export interface Recurring {
  readonly fault: string;
  readonly meanMs: number;
}

/**
 * Does `act` by a Poisson process, as often as the fault is heavy, until the world is healed. The times have a stream
 * of their own: how much `act` draws does not shift them.
 */
export function recur(
  context: RunContext,
  { fault, meanMs }: Recurring,
  act: (draws: Entropy) => void,
): void {
  const weight = context.swarm.weight(fault);
  if (weight === 0) return;
  const draws = context.swarm.draws(fault);
  const times = draws.stream('times');
  const acts = draws.stream('acts');
  const next = (): void => {
    const kernel = context.kernel();
    kernel.at(kernel.now() + times.exponential(meanMs / weight), () => {
      if (context.healed()) return;
      act(acts);
      next();
    });
  };
  next();
}
