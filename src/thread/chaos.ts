// For tests of the worst case only: lets the supervisor contradict itself, or its thread vanish, at a given turn, so
// that what the plane does then can be tried on a real master. Asked by entry.ts before each turn. Does nothing unless
// PREFORKD_ALLOW_CHAOS=1 says that it may; then PREFORKD_CONTRADICT_AT_TURN=N and PREFORKD_DIE_AT_TURN=N say when.

import { Contradiction } from '../lib/assert.ts';

const NEVER = Number.POSITIVE_INFINITY;
const EXIT_CHAOS = 9;

export function chaosOf(environment: NodeJS.ProcessEnv): (turn: number) => void {
  if (environment.PREFORKD_ALLOW_CHAOS !== '1') return () => {};
  const contradictAt = Number(environment.PREFORKD_CONTRADICT_AT_TURN ?? NEVER);
  const dieAt = Number(environment.PREFORKD_DIE_AT_TURN ?? NEVER);
  return (turn) => {
    if (turn >= contradictAt) throw new Contradiction('chaos: contradicted as asked', { turn });
    // In a worker thread this ends the thread at once and not the process: nobody is told, nothing is cleaned up.
    if (turn >= dieAt) process.exit(EXIT_CHAOS);
  };
}
