// Whether this process can hold the connections that a plan asks for: each takes a descriptor. What the plan needs for
// certain (sessions that are held, arrivals of one moment) is refused before the storm, with what to do; what it may
// need is not, for most sessions are over long before the last one begins.

import type { Plan } from '../load/plan.ts';
import { leastMs } from '../load/sessions.ts';

/** Node, the logs, the metrics connection, the control socket. */
const SPARE = 64;

/** A sentence when the limit is too low. */
export function lacksDescriptors(plan: Plan, limit: number): string | undefined {
  const needed = openAtOnce(plan) + SPARE;
  if (needed <= limit) return undefined;
  return (
    `${needed - SPARE} connections will be open at once, which takes ${needed} descriptors, and this process may have ` +
    `${limit}: raise the limit first (ulimit -n ${needed}; as root: prlimit --nofile=${needed}:${needed} preforkd storm ...), ` +
    'or ask for fewer connections'
  );
}

/** The most sessions that overlap even when every answer comes at once. */
export function openAtOnce({ times, sessionOf }: Plan): number {
  const ends = Float64Array.from(times, (at, client) => at + leastMs(sessionOf(client))).sort();
  let most = 0;
  let ended = 0;
  for (const [begun, at] of times.entries()) {
    while (ended < ends.length && (ends[ended] ?? 0) < at) ended += 1;
    most = Math.max(most, begun + 1 - ended);
  }
  return most;
}
