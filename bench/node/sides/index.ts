// The sides by name, and how a benchmark goes about them: it starts those that are there, says why others are not, and
// ends them all, whatever happens.

import { clusterRoundRobin, clusterShared } from './cluster.ts';
import { pm2 } from './pm2.ts';
import { preforkd, preforkdOnDemand } from './preforkd.ts';
import type { Order, RunningSide, Side } from './side.ts';

export const SIDES: readonly Side[] = [preforkd, clusterRoundRobin, clusterShared, pm2];
export const SIDES_AND_ON_DEMAND: readonly Side[] = [preforkd, preforkdOnDemand, ...SIDES.slice(1)];

/** A side that was left out, and why. */
export interface LeftOut {
  readonly side: string;
  readonly why: string;
}

export function leftOut(sides: readonly Side[]): readonly LeftOut[] {
  return sides.flatMap((side) => {
    const why = side.missing();
    return why === undefined ? [] : [{ side: side.name, why }];
  });
}

/** 128 and the number of SIGTERM, as a shell would say it. */
const EXIT_TERMINATED = 143;

/** Starts every side that can be, calls `use` with them, and ends them: also when the runner has lost its patience. */
export async function withSides<Result>(
  sides: readonly Side[],
  order: Order,
  use: (running: readonly RunningSide[]) => Promise<Result>,
): Promise<Result> {
  const running: RunningSide[] = [];
  const stopAll = () => Promise.allSettled(running.map((side) => side.stop()));
  const terminated = () => void stopAll().then(() => process.exit(EXIT_TERMINATED));
  process.once('SIGTERM', terminated);
  try {
    for (const side of sides) if (side.missing() === undefined) running.push(await side.start(order));
    return await use(running);
  } finally {
    process.off('SIGTERM', terminated);
    await stopAll();
  }
}
