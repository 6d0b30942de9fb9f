// The state of the master for /api/status, `preforkd status` and `why`: the core's snapshot, with the samples of CPU
// and memory added. Cached for a moment, so that a flood of requests costs the supervisor at most four
// snapshots a second. Called by http and control.

import type {
  EventSnapshot,
  MasterPhase,
  ServiceSnapshot,
  Snapshot,
  WorkerSnapshot,
} from '../core/snapshot.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { durationText } from '../lib/text.ts';
import type { SupervisorThread } from '../thread/handle.ts';
import type { WorkerSample } from './sampler.ts';
import type { Standing } from './watchdog.ts';

export const SNAPSHOT_LIFE_MS = 250;
/** A supervisor that does not answer within this is stuck: better no answer than a waiting client. */
export const SNAPSHOT_WAIT_MS = 3000;

export interface WorkerStatus extends WorkerSnapshot {
  readonly cpuPercent?: number;
  readonly memoryBytes?: number;
}

export interface ServiceStatus extends Omit<ServiceSnapshot, 'workers'> {
  readonly workers: readonly WorkerStatus[];
}

export interface MasterStatus {
  readonly pid: number;
  readonly version: string;
  readonly node: string;
  readonly phase: MasterPhase;
  readonly file: string;
  readonly runDirectory: string;
  readonly uptimeSeconds: number;
  readonly turns: number;
  readonly startCap: number;
  readonly memoryBytes: number;
  /** Where /metrics is; absent with `http listen=off` and while the port is taken. */
  readonly http?: string;
}

export interface Status {
  readonly master: MasterStatus;
  readonly services: readonly ServiceStatus[];
  readonly events: readonly EventSnapshot[];
}

export interface StatusSources {
  readonly thread: SupervisorThread;
  readonly master: { readonly version: string; readonly file: string; readonly runDirectory: string };
  sampleOf(serial: number): WorkerSample | undefined;
  httpUrl(): string | undefined;
  /** Where the supervisor is, for when it does not answer. */
  standing(): Pick<Standing, 'stage' | 'stageMs'>;
}

export interface StatusReader {
  read(): Promise<Result<Status, string>>;
  /** What was read is outdated, for something was changed: the next one who reads sees it. */
  forget(): void;
}

export function createStatusReader(sources: StatusSources): StatusReader {
  let cached: { readonly at: number; readonly answer: Promise<Result<Status, string>> } | undefined;
  return {
    read: () => {
      const now = performance.now();
      if (cached === undefined || now - cached.at >= SNAPSHOT_LIFE_MS)
        cached = { at: now, answer: read(sources) };
      return cached.answer;
    },
    forget: () => {
      cached = undefined;
    },
  };
}

async function read(sources: StatusSources): Promise<Result<Status, string>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SNAPSHOT_WAIT_MS);
  });
  const reply = await Promise.race([sources.thread.command({ kind: 'snapshot' }), tooLate]);
  clearTimeout(timer);
  if (reply === undefined) return err(silenceText(sources.standing()));
  if (!reply.ok) return err(reply.error);
  return reply.snapshot === undefined
    ? err('the supervisor sent no snapshot')
    : ok(toStatus(reply.snapshot, sources));
}

function silenceText({ stage, stageMs }: Pick<Standing, 'stage' | 'stageMs'>): string {
  const silence = `the supervisor did not answer within ${SNAPSHOT_WAIT_MS / 1000} s`;
  // A supervisor that is slow goes from stage to stage: only one that stands in one can be blamed on it.
  return stageMs < SNAPSHOT_WAIT_MS
    ? silence
    : `${silence}: it has been in stage ${stage} for ${durationText(stageMs)}`;
}

function toStatus(snapshot: Snapshot, sources: StatusSources): Status {
  const { phase, uptimeSeconds, turns, startCap } = snapshot;
  const http = sources.httpUrl();
  return {
    master: {
      pid: process.pid,
      node: process.version,
      ...sources.master,
      phase,
      uptimeSeconds,
      turns,
      startCap,
      memoryBytes: process.memoryUsage.rss(),
      ...(http === undefined ? {} : { http }),
    },
    services: snapshot.services.map((service) => ({
      ...service,
      workers: service.workers.map((worker) => withSample(worker, sources)),
    })),
    events: snapshot.events,
  };
}

function withSample(worker: WorkerSnapshot, sources: StatusSources): WorkerStatus {
  const sample = sources.sampleOf(worker.serial);
  if (sample === undefined) return worker;
  return { ...worker, cpuPercent: sample.cpuPercent, memoryBytes: sample.memoryBytes };
}
