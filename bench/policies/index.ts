// The spawn policies that are compared, by name: ours, and those of other systems, each as a pure function of the same
// figures (src/core/spawn-policy.ts).

import { queueProportional, type SpawnPolicy } from '../../src/core/spawn-policy.ts';

export const POLICIES: Readonly<Record<string, SpawnPolicy>> = {
  'queue-proportional': queueProportional,
};

/** Throws on a name that is not in the table: an order of ours is wrong. */
export function policyNamed(name: string): SpawnPolicy {
  const policy = POLICIES[name];
  if (!policy) throw new Error(`no policy is named ${name}; there are ${Object.keys(POLICIES).join(', ')}`);
  return policy;
}
