// Jobs: programs that run to completion. `Job` is an EVENTS entry with its schedule and its running children, or a
// START entry, which runs once. A job has no socket and no channel; its workers count as busy from the first moment.

import { noWorkers, type Workers } from './owner.ts';
import type { Place } from './places.ts';
import type { EventSpec, JobSpec } from './spec.ts';

export interface Job {
  readonly kind: 'event' | 'start';
  readonly name: string;
  readonly family: '';
  readonly view: undefined;
  /** An event's on the scoreboard; undefined for a START entry, and when the board was full. */
  place: Place | undefined;
  spec: EventSpec | JobSpec;
  readonly workers: Workers;
  clients: number;
  /** Monotonic ms; Infinity when it is not known or not due. */
  nextAt: number;
  /** Period triggers: the point on the period's grid that `nextAt` is a jitter away from. */
  gridAt: number;
  /** A run could not be started for want of processes or memory: it is tried again then. Infinity: nothing to retry. */
  retryAt: number;
  /** Wall-clock triggers: the occurrence that `nextAt` stands for, ms since 1970. */
  nextWallMs: number;
  /** Runs that wait for the running one to end (overlap=queue). */
  queued: number;
  runs: number;
  failures: number;
  skips: number;
  /** Of all runs that have ended. */
  durationMs: number;
  /** When a run last ended well, ms since 1970; 0: none has yet. */
  succeededAt: number;
  lastHow: string;
  /** Its entry is gone: no new runs; forgotten when the last one has ended. */
  removed: boolean;
}

export function createJob(kind: Job['kind'], spec: EventSpec | JobSpec): Job {
  return {
    kind,
    name: spec.name,
    family: '',
    view: undefined,
    place: undefined,
    spec,
    workers: noWorkers(),
    clients: 0,
    nextAt: Number.POSITIVE_INFINITY,
    gridAt: Number.POSITIVE_INFINITY,
    retryAt: Number.POSITIVE_INFINITY,
    nextWallMs: Number.NaN,
    queued: 0,
    runs: 0,
    failures: 0,
    skips: 0,
    durationMs: 0,
    succeededAt: 0,
    lastHow: '',
    removed: false,
  };
}

/** The event behind a job; undefined for a START entry. */
export function eventOf(job: Job): EventSpec | undefined {
  return 'trigger' in job.spec ? job.spec : undefined;
}
