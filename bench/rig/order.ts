// What a rig is asked to do, and what it tells: the core as it is, in a process of its own, with one thing exchanged.
// The seams are the product's: the spawn policy of createMaster, and the port. Nothing of this is in src.

import type { ChaosOrder } from '../../src/os/chaos.ts';

/** How the loop takes an interruption of poll: 'completes' is the product; the other is Cyrus 2.5.7's way. */
export type LoopName = 'completes' | 'restarts-when-interrupted';

export interface RigOrder {
  /** A services.conf. */
  readonly configuration: string;
  /** A name of bench/policies; the product's own when absent. */
  readonly policy?: string;
  /** A name of bench/policies/estimators.ts; the product's own when absent. */
  readonly estimator?: string;
  readonly loop?: LoopName;
  /** Faults at the port, only between these moments (ms after the rig is up; absent: always). */
  readonly chaos?: ChaosOrder & { readonly fromMs?: number; readonly untilMs?: number };
  /** How often a sample is told. */
  readonly sampleMs: number;
}

/** One line of JSON on stdout each. */
export type RigReport =
  /** Every service listens; addresses by service, a unix path or HOST:PORT. */
  | ({ readonly kind: 'up' } & RigUp)
  | ({ readonly kind: 'sample' } & RigSample)
  | { readonly kind: 'crashed'; readonly error: string };

export interface RigUp {
  /** CLOCK_MONOTONIC, ms: one clock for all processes, `monotonicMs` reads it. */
  readonly upAtMs: number;
  readonly addresses: Readonly<Record<string, string>>;
}

export interface RigSample {
  /** Since 'up'. */
  readonly atMs: number;
  readonly turnsBegun: number;
  readonly turnsCompleted: number;
  readonly interruptions: number;
  /** Worker channels and exits with unread news, when poll was last called. */
  readonly messagesWaiting: number;
  /** By stage: seconds spent in it so far, and how often it was begun. */
  readonly stages: Readonly<Record<string, { readonly seconds: number; readonly times: number }>>;
  /** As the master believes, by service. */
  readonly services: readonly RigService[];
  /** Living children by the kernel's count. */
  readonly children: number;
  readonly cpuMs: number;
}

export interface RigService {
  readonly service: string;
  readonly starting: number;
  readonly ready: number;
  readonly busy: number;
  readonly active: number;
  /** As the master read it last. */
  readonly queue: number;
  readonly spawns: number;
}

const NANOSECONDS_PER_MS = 1e6;

/** What the core's clock shows, in whatever process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / NANOSECONDS_PER_MS;
}
