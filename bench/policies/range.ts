// A figure over several runs as a result keeps it. Infinity, which JSON does not know, is null: never.

import { median } from '../lib/statistics.ts';

export interface Range {
  readonly median: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

export function range(values: readonly number[]): Range {
  return {
    median: shown(median(values)),
    least: shown(Math.min(...values)),
    most: shown(Math.max(...values)),
  };
}

function shown(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : null;
}
