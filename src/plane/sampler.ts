// CPU and memory of workers, by pidusage, and who waits for a file lock; for the status, the metrics and for maxrss=.
// Sampled views only: no decision of the core waits for it. A worker over its service's maxrss is told to finish, with a sentence saying why.
// Started and fed by wiring. pidusage keeps an open fd per sampled pid and answers ESRCH for ever for a pid that is
// reused while it is still in its history: a pid that has ended rests until that history is gone.

import pidusage from 'pidusage';
import { sizeText } from '../lib/text.ts';
import type { LiveWorker, LiveWorkers } from './live-workers.ts';
import { readLockWaiters } from './lock-waiters.ts';
import { type UsageByService, usageByService } from './worker-usage.ts';

export interface WorkerSample {
  readonly cpuPercent: number;
  readonly memoryBytes: number;
}

export interface SamplerInput {
  readonly intervalMs: number;
  readonly workers: LiveWorkers;
  /** maxrss= of a service; 0: unlimited. */
  maxrssOf(service: string): number;
  retire(worker: LiveWorker, why: string): void;
  failed(reason: string): void;
}

export interface Sampler {
  sampleOf(serial: number): WorkerSample | undefined;
  /** By service; undefined while nothing is sampled (`sample=0`), and before the first round is over. */
  usage(): UsageByService | undefined;
  /** This worker has ended. */
  forget(worker: LiveWorker): void;
  setInterval(intervalMs: number): void;
  stop(): void;
}

const BATCH = 64;
/** The first round is early, so that a newcomer's first look at the status shows figures. */
const FIRST_ROUND_MS = 1_000;
/** Bounds the open fds and the time of a round; the rest have their turn in the next rounds. */
export const SAMPLED_PER_ROUND_MAX = 1024;

export function createSampler(input: SamplerInput): Sampler {
  const samples = new Map<number, WorkerSample>();
  const told = new Set<number>();
  const restingUntil = new Map<number, number>();
  let lockWaiters: ReadonlySet<number> | undefined;
  let intervalMs = input.intervalMs;
  let timer: NodeJS.Timeout | undefined;
  let offset = 0;
  let stopped = false;

  const sampleOf = (serial: number) => samples.get(serial);
  const take = (worker: LiveWorker, sample: WorkerSample) => {
    samples.set(worker.serial, sample);
    const limit = input.maxrssOf(worker.service);
    if (worker.owner !== 'service' || limit === 0 || sample.memoryBytes <= limit || told.has(worker.serial))
      return;
    told.add(worker.serial);
    input.retire(worker, `it uses ${sizeText(sample.memoryBytes)}, more than maxrss ${sizeText(limit)}`);
  };

  const round = async () => {
    const now = performance.now();
    for (const [pid, until] of restingUntil) if (until <= now) restingUntil.delete(pid);
    const awake = input.workers.all().filter((worker) => !restingUntil.has(worker.pid));
    const chosen = turnOf(awake, offset);
    offset = awake.length > chosen.length ? (offset + chosen.length) % awake.length : 0;
    for (let at = 0; at < chosen.length && !stopped; at += BATCH) {
      const batch = chosen.slice(at, at + BATCH);
      const taken = await sampleBatch(batch, 3 * intervalMs);
      for (const worker of batch) {
        const sample = taken.get(worker.pid);
        if (sample !== undefined) take(worker, sample);
      }
    }
    lockWaiters = await readLockWaiters();
  };

  const schedule = (delayMs: number) => {
    clearTimeout(timer);
    if (stopped || intervalMs === 0) return;
    timer = setTimeout(() => {
      round()
        .catch((error: Error) => input.failed(error.message))
        .finally(() => schedule(intervalMs));
    }, delayMs).unref();
  };
  schedule(Math.min(FIRST_ROUND_MS, intervalMs));

  return {
    sampleOf,
    usage: () =>
      intervalMs > 0 && lockWaiters !== undefined
        ? usageByService({ workers: input.workers.all(), sampleOf, lockWaiters })
        : undefined,
    forget: (worker) => {
      samples.delete(worker.serial);
      told.delete(worker.serial);
      // Its history lives for three intervals and is swept every one and a half.
      restingUntil.set(worker.pid, performance.now() + 5 * intervalMs);
    },
    setInterval: (next) => {
      intervalMs = next;
      schedule(intervalMs);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function turnOf(workers: readonly LiveWorker[], offset: number): readonly LiveWorker[] {
  if (workers.length <= SAMPLED_PER_ROUND_MAX) return workers;
  return [...workers.slice(offset), ...workers.slice(0, offset)].slice(0, SAMPLED_PER_ROUND_MAX);
}

/** A pid that has ended meanwhile is simply absent. */
async function sampleBatch(batch: readonly LiveWorker[], maxage: number): Promise<Map<number, WorkerSample>> {
  const taken = new Map<number, WorkerSample>();
  let statistics: Awaited<ReturnType<typeof sampleMany>>;
  try {
    statistics = await sampleMany(
      batch.map((worker) => worker.pid),
      maxage,
    );
  } catch (error) {
    // With a batch of one, pidusage reports an ended process as an error.
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return taken;
    throw error;
  }
  for (const [pid, status] of Object.entries(statistics)) {
    // pidusage leaves out, or sets to nothing, what it could not read.
    if (status) taken.set(Number(pid), { cpuPercent: round1(status.cpu), memoryBytes: status.memory });
  }
  return taken;
}

const sampleMany = (pids: number[], maxage: number) => pidusage(pids, { maxage });

const round1 = (value: number) => (Number.isFinite(value) ? Math.round(value * 10) / 10 : 0);
