// The port contract on the kernel through fault injection: with no fault it is the port beneath, and the faults that
// only change times and orders break no promise. The others are refusals and delays by name: test/unit/os/chaos.test.ts.

import { entropy } from '../../src/lib/entropy.ts';
import { type ChaosPlan, withChaos } from '../../src/os/chaos.ts';
import { makeLinuxWorld } from './linux-world.ts';
import { portContract } from './port-contract.ts';
import type { World } from './world.ts';

const through = (plan: ChaosPlan) => (): World => {
  const world = makeLinuxWorld();
  return { ...world, os: withChaos(world.os, plan, entropy(1)).os };
};

portContract('Linux, through no faults', through({}));
portContract(
  'Linux, with slow spawns and shuffled events',
  through({ 'spawn-slow': 1, 'epoll-shuffled': 1 }),
);
