// Medians, percentiles and what the machine was doing: every figure of a benchmark is kept with these.

import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest-rank percentile; NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((first, second) => first - second);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  readonly samples: number;
}

export function spread(values: readonly number[]): Spread {
  return {
    median: median(values),
    p10: percentile(values, 10),
    p90: percentile(values, 90),
    samples: values.length,
  };
}

/** What was measured on, and whether others used it meanwhile. */
export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly node: string;
  readonly kernel: string;
  /** Of the last minute, at the end: the benchmark's own load is in it. */
  readonly loadAverage: number;
  /** Of all processors' time, what the hypervisor gave to others. */
  readonly stealShare: number;
}

/** Jiffies of all processors: [stolen by the hypervisor, in all] (proc(5), /proc/stat). */
function jiffies(): readonly [number, number] {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const numbers = line.split(/\s+/).slice(1).map(Number);
  return [numbers[7] ?? 0, numbers.slice(0, 8).reduce((sum, value) => sum + value, 0)];
}

/** Starts to watch the machine; the returned function tells what it did until then. */
export function watchMachine(): () => Machine {
  const [stolenBefore, allBefore] = jiffies();
  return () => {
    const [stolen, all] = jiffies();
    const share = all === allBefore ? 0 : (stolen - stolenBefore) / (all - allBefore);
    return {
      processors: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
      loadAverage: loadavg()[0] ?? 0,
      stealShare: share,
    };
  };
}
