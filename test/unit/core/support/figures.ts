// Figures of a service that nothing limits and nobody asks anything of: what a test of a policy starts from.

import type { SpawnFigures } from '../../../../src/core/spawn-policy.ts';

export const FREE: SpawnFigures = {
  queue: 0,
  clientlimit: 1,
  minReady: 0,
  ready: 0,
  places: 0,
  released: 0,
  active: 0,
  maxchild: Number.POSITIVE_INFINITY,
  starting: 0,
  startRoom: Number.POSITIVE_INFINITY,
  tokens: Number.POSITIVE_INFINITY,
  breakerAllowance: Number.POSITIVE_INFINITY,
  halt: 'none',
};
