// The state of the whole master at one moment, as plain data: what /api/status, `preforkd status` and `why` show.
// Made on demand by the supervisor thread, at most a few times a second.

import type { Constraint } from './board.ts';
import type { WorkerKind } from './facts.ts';
import type { WorkerState } from './worker-states.ts';

export interface WorkerSnapshot {
  readonly serial: number;
  readonly pid: number;
  readonly state: WorkerState;
  readonly clients: number;
  /** Connections served so far. */
  readonly uses: number;
  readonly ageSeconds: number;
  /** Since the last change of state. */
  readonly stateSeconds: number;
  /** STATUS= of sd_notify. */
  readonly statusText?: string;
}

export type ServiceState =
  | 'running'
  | 'paused'
  | 'unbound'
  | 'disabled'
  | 'breaker-open'
  | 'breaker-probe'
  | 'stopping';

export interface ServiceSnapshot {
  readonly kind: 'service' | 'daemon';
  readonly name: string;
  readonly family: string;
  /** The bound address as text: '127.0.0.1:1143', '[::1]:143', '/run/echo.sock'; '' for a daemon. */
  readonly listen: string;
  readonly protocol: string;
  readonly state: ServiceState;
  readonly prefork: number;
  /** null: unlimited. */
  readonly maxchild: number | null;
  /** Forks per second; null: unlimited. */
  readonly maxforkrate: number | null;
  readonly starting: number;
  /** Includes `starting`. */
  readonly ready: number;
  readonly busy: number;
  readonly draining: number;
  readonly active: number;
  readonly queue: number;
  readonly queueLimit: number;
  readonly connections: number;
  readonly spawns: number;
  readonly constraint: Constraint;
  /** The sentence for an administrator: why nothing (more) is being spawned, with figures. */
  readonly why: string;
  readonly lastExit?: {
    readonly pid: number;
    readonly how: string;
    readonly lastStderr: string;
    readonly secondsAgo: number;
  };
  readonly workers: readonly WorkerSnapshot[];
}

export interface EventSnapshot {
  readonly name: string;
  readonly kind: Extract<WorkerKind, 'event'>;
  readonly running: readonly number[];
  readonly runs: number;
  readonly failures: number;
  readonly skips: number;
  /** null: never, or not known. */
  readonly nextInSeconds: number | null;
  readonly lastHow?: string;
}

export type MasterPhase = 'starting' | 'running' | 'stopping' | 'stopped';

export interface Snapshot {
  readonly phase: MasterPhase;
  readonly uptimeSeconds: number;
  readonly turns: number;
  readonly startCap: number;
  readonly services: readonly ServiceSnapshot[];
  readonly events: readonly EventSnapshot[];
}
