// What happened, as data. The core tells facts and never logs or counts for the world; the plane turns each into a
// log line and metrics, by one table (plane/logs). Every fact has the wall-clock time `at` (ms since 1970) added
// when it is told. `service` is the name in services.conf, `family` tells its addresses apart.

import type { Address, Errno } from '../os/os.ts';
import type { Constraint, ExitReason } from './board.ts';
import type { WorkerState } from './worker-states.ts';

export type WorkerKind = 'service' | 'daemon' | 'event' | 'start';

/** Which service, daemon, event or start job a fact is about. */
export interface Subject {
  readonly owner: WorkerKind;
  readonly service: string;
  /** 'ipv4', 'ipv6', 'unix'; '' for what does not listen. */
  readonly family: string;
}

export interface WorkerSubject extends Subject {
  readonly pid: number;
  readonly serial: number;
}

type Told =
  // The master
  | { readonly kind: 'master-started'; readonly file: string; readonly services: number }
  /** START is done, waiting daemons are ready, services listen (all but `unbound`): the first workers are being spawned. */
  | { readonly kind: 'master-ready'; readonly unbound: number }
  | { readonly kind: 'start-failed'; readonly service: string; readonly reason: string }
  | { readonly kind: 'stopping'; readonly reason: string; readonly active: number; readonly limitMs: number }
  | { readonly kind: 'stopped'; readonly exitCode: number }
  | {
      readonly kind: 'reload-applied';
      readonly kept: number;
      readonly changed: number;
      readonly added: number;
      readonly removed: number;
    }
  /** Sums since the last time it was told; `gaveUp`: turns that went on without an answer of poll. */
  | { readonly kind: 'interrupted'; readonly times: number; readonly gaveUp: number }
  | { readonly kind: 'poll-failed'; readonly errno: Errno }
  /** More services and events than the scoreboard has places. `runs`: an event, which is run without figures. */
  | {
      readonly kind: 'board-full';
      readonly service: string;
      readonly places: number;
      readonly runs: boolean;
    }
  | {
      readonly kind: 'accounting-drift';
      readonly serial: number;
      readonly pid: number;
      readonly service: string;
      readonly was: WorkerState;
    }

  // Services
  | (Subject & { readonly kind: 'slot-taken' | 'slot-freed'; readonly slot: number })
  | (Subject & {
      readonly kind: 'listening';
      readonly address: Address;
      readonly backlog: number;
      readonly effectiveBacklog: number;
      readonly inherited: boolean;
    })
  | (Subject & {
      readonly kind: 'backlog-clamped';
      readonly backlog: number;
      readonly effectiveBacklog: number;
    })
  | (Subject & { readonly kind: 'listen-failed'; readonly address: Address; readonly errno: Errno })
  /** A worker has called shutdown(2) on the shared socket: it is opened anew. */
  | (Subject & { readonly kind: 'listener-shut'; readonly address: Address })
  /** No address of the entry could be bound: nobody is served until one can be. */
  | (Subject & { readonly kind: 'service-unbound' })
  | (Subject & { readonly kind: 'service-removed'; readonly active: number })
  | (Subject & { readonly kind: 'paused' | 'resumed' })
  | (Subject & { readonly kind: 'scaled'; readonly prefork: number; readonly maxchild: number })
  /** A constraint began to bind while clients wait or the low-water mark is not met; told once. */
  | (Subject & {
      readonly kind: 'blocked';
      readonly constraint: Constraint;
      readonly queue: number;
      readonly active: number;
    })
  | (Subject & { readonly kind: 'unblocked'; readonly constraint: Constraint; readonly afterMs: number })
  | (Subject & {
      readonly kind: 'breaker-opened';
      readonly failures: number;
      readonly retryInMs: number;
      readonly lastExit: string;
      readonly lastStderr: string;
    })
  | (Subject & { readonly kind: 'breaker-probing' })
  | (Subject & { readonly kind: 'breaker-closed'; readonly afterMs: number })
  /** Cyrus's rule only: off until SIGHUP. */
  | (Subject & { readonly kind: 'service-disabled'; readonly failures: number })

  // Workers
  | (WorkerSubject & { readonly kind: 'spawned'; readonly ready: number; readonly active: number })
  | (Subject & {
      readonly kind: 'spawn-failed';
      readonly program: string;
      readonly errno: Errno;
      readonly stage: 'fork' | 'exec' | 'prepare';
      readonly retryInMs: number;
    })
  /** The worker spoke for the first time, or (`presumed`) its start-up time is over and nobody waits. */
  | (WorkerSubject & {
      readonly kind: 'worker-ready';
      readonly startupMs: number;
      readonly presumed: boolean;
    })
  | (WorkerSubject & { readonly kind: 'worker-busy' })
  | (WorkerSubject & { readonly kind: 'worker-available' })
  | (WorkerSubject & { readonly kind: 'worker-retired'; readonly why: string; readonly signal: string })
  | (WorkerSubject & { readonly kind: 'worker-killed'; readonly why: string; readonly signal: string })
  | (WorkerSubject & {
      readonly kind: 'exited';
      readonly state: WorkerState;
      readonly reason: ExitReason;
      /** 'exit 1', 'signal SIGSEGV'. */
      readonly how: string;
      readonly ageMs: number;
      readonly uses: number;
      readonly lastStderr: string;
      /** False when nobody asked it to end and it ended badly. */
      readonly expected: boolean;
    })
  | (WorkerSubject & { readonly kind: 'message-bad'; readonly problem: string; readonly state: WorkerState })
  | (WorkerSubject & { readonly kind: 'worker-status'; readonly text: string })
  | (WorkerSubject & { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly line: string })
  | (Subject & { readonly kind: 'output-dropped'; readonly lines: number })

  // Jobs and daemons
  | (Subject & { readonly kind: 'event-skipped'; readonly why: string })
  | (Subject & { readonly kind: 'event-queued' })
  | (Subject & {
      readonly kind: 'job-finished';
      readonly how: string;
      readonly failed: boolean;
      readonly durationMs: number;
    })
  /** A START job has ended, and these processes of its group live on: they are ended with the master. */
  | (Subject & { readonly kind: 'left-behind'; readonly pids: readonly number[] })
  /** `outcome` other than 'sent': it is left alone. */
  | (Subject & {
      readonly kind: 'left-behind-signalled';
      readonly pid: number;
      readonly signal: string;
      readonly outcome: 'sent' | Errno;
    })
  | (Subject & { readonly kind: 'daemon-ready'; readonly startupMs: number });

export type Fact = Told & { readonly at: number };
/** A fact before the time is added. */
export type FactToTell = Told;
export type FactKind = Fact['kind'];
