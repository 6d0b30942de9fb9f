// The spawn policies that are compared, by name: ours, and those of other systems, each deciding on the same figures
// (src/core/spawn-policy.ts) in the same core. Used by the rig and by the two benchmarks of this directory.

import { queueProportional } from '../../src/core/spawn-policy.ts';
import { apacheDoubling } from './apache.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { withoutReleased, withoutStartCap, withStartCapOf } from './ours.ts';
import { phpFpmDynamic } from './php-fpm.ts';
import { figuresOnly, type MakePolicy, type Plugged } from './plugged.ts';
import { CHEAPER_DEFAULT, CHEAPER_EAGER, uwsgiBacklog } from './uwsgi.ts';

export const POLICIES = {
  'queue-proportional': figuresOnly(queueProportional),
  'start-cap-2': figuresOnly(withStartCapOf(2)),
  'without-start-cap': figuresOnly(withoutStartCap),
  'without-released': figuresOnly(withoutReleased),
  'one-at-a-time': figuresOnly(oneAtATime),
  'apache-doubling': apacheDoubling,
  'php-fpm-dynamic': phpFpmDynamic,
  'uwsgi-backlog': uwsgiBacklog(CHEAPER_DEFAULT),
  'uwsgi-backlog-eager': uwsgiBacklog(CHEAPER_EAGER),
} as const satisfies Readonly<Record<string, MakePolicy>>;

export type PolicyName = keyof typeof POLICIES;

export const POLICY_NAMES = Object.keys(POLICIES) as readonly PolicyName[];

/** Throws on a name that is not in the table: an order of ours is wrong. */
export function policyNamed(name: string, now: () => number): Plugged {
  if (!Object.hasOwn(POLICIES, name)) {
    throw new Error(`no policy is named ${name}; there are ${POLICY_NAMES.join(', ')}`);
  }
  return POLICIES[name as PolicyName](now);
}
