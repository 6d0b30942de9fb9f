// Candidates for `released` of the spawn policy (src/core/completions.ts): how many clients the living workers will finish
// while a new worker starts. Each sees the moments at which a worker became free again, and nothing else. The benchmark
// `cyrus-released` runs them on real imapd: too low an estimate starts workers that make short sessions slower, one that
// forgets too late keeps clients of held sessions waiting.

import { type CompletionRate, slidingWindow } from '../../src/core/completions.ts';

export const ESTIMATORS = {
  /** The product's: a rate over two start-up times, in two halves that slide. */
  'sliding-window': slidingWindow,
  /** As if nobody ever finished: proportional to the queue alone. */
  none: () => ({ completed: () => {}, released: () => 0 }),
  /** What was finished in the last start-up time will be finished in the next. */
  'last-startup': countedOverOne,
  /** An exponentially weighted rate with the start-up time as its time constant, decaying while nobody finishes. */
  'weighted-rate': weightedRate,
  /** From the mean gap between the last eight; nothing once the gap is four times as long. */
  'recent-gap': recentGap,
} as const satisfies Readonly<Record<string, () => CompletionRate>>;

export type EstimatorName = keyof typeof ESTIMATORS;

export const ESTIMATOR_NAMES = Object.keys(ESTIMATORS) as readonly EstimatorName[];

/** Throws on a name that is not in the table: an order of ours is wrong. */
export function estimatorNamed(name: string): () => CompletionRate {
  if (!Object.hasOwn(ESTIMATORS, name)) {
    throw new Error(`no estimator is named ${name}; there are ${ESTIMATOR_NAMES.join(', ')}`);
  }
  return ESTIMATORS[name as EstimatorName];
}

/** An exact count over the last start-up time. */
function countedOverOne(): CompletionRate {
  const moments: number[] = [];
  const forget = (startupMs: number, now: number) => {
    while (moments.length > 0 && (moments[0] ?? 0) < now - startupMs) moments.shift();
  };
  return {
    completed: (startupMs, now) => {
      forget(startupMs, now);
      moments.push(now);
    },
    released: (startupMs, now) => {
      forget(startupMs, now);
      return moments.length;
    },
  };
}

function weightedRate(): CompletionRate {
  let level = 0;
  let at = 0;
  const decay = (startupMs: number, now: number) => {
    if (startupMs > 0) level *= Math.exp(-(now - at) / startupMs);
    at = now;
  };
  return {
    completed: (startupMs, now) => {
      decay(startupMs, now);
      level += 1;
    },
    released: (startupMs, now) => {
      decay(startupMs, now);
      return Math.floor(level);
    },
  };
}

const GAPS = 8;
const SILENT_AFTER_GAPS = 4;

function recentGap(): CompletionRate {
  const moments: number[] = [];
  return {
    completed: (_, now) => {
      moments.push(now);
      if (moments.length > GAPS + 1) moments.shift();
    },
    released: (startupMs, now) => {
      const [first = 0] = moments;
      const last = moments.at(-1) ?? 0;
      if (moments.length < 2) return 0;
      const gapMs = Math.max((last - first) / (moments.length - 1), Number.EPSILON);
      return now - last > SILENT_AFTER_GAPS * gapMs ? 0 : Math.floor(startupMs / gapMs);
    },
  };
}
