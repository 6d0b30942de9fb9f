// What the workers of each service use together, from samples: sums and maxima, never a figure per worker, so that the
// number of series does not grow with the clients. Called by the sampler when the metrics are asked for.

import type { LiveWorker } from './live-workers.ts';

export interface Usage {
  /** Processors in use: 1 is one core for all of the time. */
  readonly cpuCores: number;
  readonly cpuMaxCores: number;
  readonly memoryBytes: number;
  readonly memoryMaxBytes: number;
  /** Workers that wait for a file lock. */
  readonly lockWaiting: number;
}

/** By usageKey(). A service without workers is not in it. */
export type UsageByService = ReadonlyMap<string, Usage>;

export interface UsageSources {
  readonly workers: readonly LiveWorker[];
  /** undefined: not sampled yet. */
  sampleOf(serial: number): { readonly cpuPercent: number; readonly memoryBytes: number } | undefined;
  /** Pids. */
  readonly lockWaiters: ReadonlySet<number>;
}

export const NO_USAGE: Usage = {
  cpuCores: 0,
  cpuMaxCores: 0,
  memoryBytes: 0,
  memoryMaxBytes: 0,
  lockWaiting: 0,
};

export function usageKey(kind: string, service: string, family: string): string {
  return `${kind}/${service}/${family}`;
}

export function usageByService({ workers, sampleOf, lockWaiters }: UsageSources): UsageByService {
  const sums = new Map<string, Usage>();
  for (const { serial, pid, owner, service, family } of workers) {
    const key = usageKey(owner, service, family);
    const before = sums.get(key) ?? NO_USAGE;
    const sample = sampleOf(serial);
    const cores = (sample?.cpuPercent ?? 0) / 100;
    const memoryBytes = sample?.memoryBytes ?? 0;
    sums.set(key, {
      cpuCores: before.cpuCores + cores,
      cpuMaxCores: Math.max(before.cpuMaxCores, cores),
      memoryBytes: before.memoryBytes + memoryBytes,
      memoryMaxBytes: Math.max(before.memoryMaxBytes, memoryBytes),
      lockWaiting: before.lockWaiting + (lockWaiters.has(pid) ? 1 : 0),
    });
  }
  return sums;
}
