// The record of a run as series over time, for bars and plots: [seconds, value]. Pure.

import { waitingAt } from './figures.ts';
import type { LoopRun, RunSample } from './run.ts';

export type Series = readonly (readonly [seconds: number, value: number])[];

const MS = 1_000;

/** How long the record is, in seconds. */
export function lengthOf({ samples, durationMs, greetings }: LoopRun): number {
  return Math.max(durationMs, samples.at(-1)?.atMs ?? 0, greetings.at(-1)?.[1] ?? 0) / MS;
}

/** Clients greeted per second, in bins of equal width; each stands at its begin. */
export function greetedPerSecond(run: LoopRun, binSeconds: number): Series {
  return bins(run, binSeconds).map((from) => {
    const inside = run.greetings.filter(([, at]) => at >= from * MS && at < (from + binSeconds) * MS);
    return [from, inside.length / binSeconds];
  });
}

/** Who has come and was not greeted, at the end of each bin; it stands at the begin of the bin. */
export function waitingSeries(run: LoopRun, binSeconds: number): Series {
  return bins(run, binSeconds).map((from) => [from, waitingAt(run, (from + binSeconds) * MS)]);
}

function bins(run: LoopRun, binSeconds: number): readonly number[] {
  return Array.from({ length: Math.ceil(lengthOf(run) / binSeconds) }, (_, bin) => bin * binSeconds);
}

/** What each sample says. */
export function gauge(run: LoopRun, read: (sample: RunSample) => number): Series {
  return run.samples.map((sample) => [sample.atMs / MS, read(sample)]);
}

/** The growth of a counter from sample to sample, per second. */
export function rate(run: LoopRun, read: (sample: RunSample) => number): Series {
  return run.samples.slice(1).map((sample, index) => {
    const before = run.samples[index] ?? sample;
    const seconds = Math.max(1, sample.atMs - before.atMs) / MS;
    return [sample.atMs / MS, (read(sample) - read(before)) / seconds];
  });
}
