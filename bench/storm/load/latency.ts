// Percentiles of a measure over all who wanted it: who never had it counts as infinitely late, so that a service which
// turns half of its clients away cannot look fast with the other half. null is "never". Pure.

import type { RecordableHistogram } from 'node:perf_hooks';

export const PERCENTS = { p50: 50, p90: 90, p95: 95, p99: 99, p999: 99.9 } as const;
export type PercentName = keyof typeof PERCENTS;

export interface Latency extends Readonly<Record<PercentName, number | null>> {
  /** Those who had it. */
  readonly count: number;
  /** Those who never had it. */
  readonly missing: number;
  /** Of those who had it; milliseconds, as everything here. null: nobody had it. */
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  /** The whole curve, over all: percent, milliseconds. */
  readonly curve: readonly (readonly [percent: number, ms: number])[];
}

const ALL = 100;
const US_PER_MS = 1_000;

export function latencyOf(histogram: RecordableHistogram, missing: number): Latency {
  const { count } = histogram;
  const had = count > 0 ? (us: number) => us / US_PER_MS : () => null;
  const at = (percent: number) => percentileMs(histogram, missing, percent);
  return {
    count,
    missing,
    min: had(histogram.min),
    mean: had(histogram.mean),
    p50: at(PERCENTS.p50),
    p90: at(PERCENTS.p90),
    p95: at(PERCENTS.p95),
    p99: at(PERCENTS.p99),
    p999: at(PERCENTS.p999),
    max: had(histogram.max),
    curve: curveOf(histogram, missing),
  };
}

/** null: fewer than that share ever had it, or nobody wanted it. */
export function percentileMs(
  histogram: RecordableHistogram,
  missing: number,
  percent: number,
): number | null {
  const { count } = histogram;
  if (count === 0) return null;
  // The same rank among those who had it: they are the first, for the others never will.
  const ofThose = (percent * (count + missing)) / count;
  return ofThose > ALL ? null : histogram.percentile(ofThose) / US_PER_MS;
}

const POINTS_PER_NINE = 90;

/** As dense in the last tenth of a percent as in the first ninety: to 90, to 99, to 99.9, as far as the count goes. */
function curveOf(histogram: RecordableHistogram, missing: number): [number, number][] {
  const all = histogram.count + missing;
  if (histogram.count === 0) return [];
  const finest = ALL - ALL / all;
  const percents: number[] = [];
  for (let left = ALL; ALL - left < finest; left /= 10) {
    for (let point = 1; point <= POINTS_PER_NINE; point += 1) {
      percents.push(ALL - left + (left * point) / (POINTS_PER_NINE + 10));
    }
  }
  return [...percents.filter((percent) => percent < finest), finest, ALL].flatMap((percent) => {
    const ms = percent > 0 ? percentileMs(histogram, missing, percent) : null;
    return ms === null ? [] : [[percent, ms]];
  }) as [number, number][];
}
