// Swarm testing (Groce and others, 2012): each seed enables a subset of the faults of its own, for a world in which
// everything goes wrong at once hides what a world with two faults shows. Every fault has its own streams, by name:
// one that is switched off (`--without`) leaves the others as they were. Called once per run.

import { type Entropy, entropy } from '../../src/lib/entropy.ts';
import { FAULT_NAMES } from './faults.ts';

export interface Swarm {
  /** The draws of everything that is no fault. */
  readonly entropy: Entropy;
  /** Names of the faults of this run. */
  readonly enabled: readonly string[];
  /** How hard a fault is, between 0 and 1; 0 when it is off. */
  weight(fault: string): number;
  /** The draws of one fault. */
  draws(fault: string): Entropy;
}

/** Every so many seeds the world is almost quiet: what is wrong there is easiest to see. */
const QUIET_EVERY = 8;
const QUIET_FAULTS_MOST = 2;
/** How many of the faults a seed enables; on average about half of the last two. */
const DENSITIES = [0.15, 0.3, 0.5, 0.7] as const;
/** Weights are drawn evenly over the orders of magnitude from 1 down to 10^-1.5. */
const WEIGHT_DECADES = 1.5;

export function createSwarm(seed: number, without: readonly string[]): Swarm {
  const root = entropy(seed);
  const drawn = isQuiet(seed) ? quietFaults(root) : drawnFaults(root);
  const enabled = drawn.filter((fault) => !without.includes(fault));
  const weights = new Map(enabled.map((fault) => [fault, weightOf(root, fault)]));
  return {
    entropy: root.stream('world'),
    enabled,
    weight: (fault) => weights.get(fault) ?? 0,
    draws: (fault) => root.stream(`faults/${fault}`),
  };
}

function isQuiet(seed: number): boolean {
  return seed % QUIET_EVERY === 0;
}

function drawnFaults(root: Entropy): readonly string[] {
  const density = root.stream('swarm/density').pick(DENSITIES);
  return FAULT_NAMES.filter((fault) => root.stream(`swarm/enabled/${fault}`).chance(density));
}

function quietFaults(root: Entropy): readonly string[] {
  const draws = root.stream('swarm/quiet');
  const chosen = new Set<string>();
  for (let left = draws.integer(0, QUIET_FAULTS_MOST); left > 0; left -= 1)
    chosen.add(draws.pick(FAULT_NAMES));
  return FAULT_NAMES.filter((fault) => chosen.has(fault));
}

function weightOf(root: Entropy, fault: string): number {
  return 10 ** -root.stream(`swarm/weight/${fault}`).between(0, WEIGHT_DECADES);
}
