// Makes a failing run smaller: as few faults and as few turns of them as still break the same rule. Called by main.ts
// for the first seed that failed. Bounded by time, because it is asked to help and not to be the best.

import { type RunOptions, runSeed } from './run.ts';

export interface Smallest {
  readonly without: readonly string[];
  readonly turnsMost: number | undefined;
  /** Runs that were tried. */
  readonly tries: number;
}

export interface MinimiseSetting {
  readonly options: RunOptions;
  readonly rule: string;
  /** The faults that are on, and the turn in which it failed. */
  readonly faults: readonly string[];
  readonly turn: number;
  /** False: no more time. */
  readonly goOn: () => boolean;
}

export function minimise({ options, rule, faults, turn, goOn }: MinimiseSetting): Smallest {
  let tries = 0;
  const fails = (without: readonly string[], turnsMost: number | undefined): boolean => {
    tries += 1;
    const { trace, turnsMost: _, ...rest } = options;
    const smaller = { ...rest, without, ...(turnsMost === undefined ? {} : { turnsMost }) };
    return runSeed(smaller).failure?.rule === rule;
  };
  let without = options.without ?? [];
  let left = faults;
  // Halves first, then quarters, down to single faults: most of them have nothing to do with it.
  for (let size = Math.ceil(left.length / 2); size >= 1 && goOn(); size = nextSize(size)) {
    for (let from = 0; from < left.length && goOn(); ) {
      const chunk = left.slice(from, from + size);
      if (fails([...without, ...chunk], options.turnsMost)) {
        without = [...without, ...chunk];
        left = left.filter((fault) => !chunk.includes(fault));
      } else from += size;
    }
  }
  const turnsMost = fewestTurns(turn, options.turnsMost, goOn, (turns) => fails(without, turns));
  return { without, turnsMost, tries };
}

function nextSize(size: number): number {
  return size === 1 ? 0 : Math.ceil(size / 2);
}

/** By bisection, as if more turns never helped; where that is not so, the result still fails. */
function fewestTurns(
  turn: number,
  turnsMost: number | undefined,
  goOn: () => boolean,
  fails: (turns: number) => boolean,
): number | undefined {
  let least = 0;
  let most = Math.min(turn, turnsMost ?? turn);
  let best = turnsMost;
  while (least <= most && goOn()) {
    const middle = Math.floor((least + most) / 2);
    if (fails(middle)) {
      best = middle;
      most = middle - 1;
    } else least = middle + 1;
  }
  return best;
}
