// What the status page is told: the shapes that go over /api/live and /api/history, as JSON. Types only, and nothing of
// Node: the server (history.ts, live.ts) and the browser's side (src/plane/page) both read them here.

import type { MasterPhase, ServiceState } from '../../core/snapshot.ts';
import type { Remark } from '../recent.ts';
import type { Standing } from '../watchdog.ts';

/** What is remembered of each second, as whole numbers; rates are per second. */
export const MEASURES = ['queue', 'busy', 'ready', 'starting', 'spawns'] as const;
export type Measure = (typeof MEASURES)[number];

/** Columns of equal length, the oldest second first. */
export type Columns = Readonly<Record<Measure, readonly number[]>>;

/** The last ten minutes of all services together, or of one. */
export interface History {
  /** Milliseconds since 1970, one for each second that was recorded. */
  readonly at: readonly number[];
  readonly columns: Columns;
}

/** How long the turns of the last ten minutes took; waiting in poll is no work and not in it. */
export interface Timings {
  /** `turn`, the whole of it, then its stages in their order. */
  readonly rows: readonly string[];
  /** Upper bounds of the buckets, in seconds; one without bound follows. */
  readonly bounds: readonly number[];
  /** For each row and second: 0 when no turn was completed, else 1 + the slowest one's bucket. */
  readonly slowest: readonly (readonly number[])[];
}

export interface ServiceFigures {
  readonly name: string;
  readonly family: string;
  readonly kind: string;
  readonly starting: number;
  /** Includes `starting`. */
  readonly ready: number;
  readonly busy: number;
  readonly draining: number;
  readonly active: number;
  readonly queue: number;
  readonly queueLimit: number;
  readonly prefork: number;
  /** null: unlimited. */
  readonly maxchild: number | null;
  readonly constraint: string;
  readonly spawnsPerSecond: number;
  readonly connectionsPerSecond: number;
  /** Of the last snapshot; absent until there is one. */
  readonly words?: ServiceWords;
}

export interface ServiceWords {
  readonly state: ServiceState;
  readonly listen: string;
  readonly why: string;
  readonly lastExit?: { readonly pid: number; readonly how: string; readonly lastStderr: string };
}

/** One second, the same for everybody who looks. */
export interface Frame {
  readonly at: number;
  readonly phase: MasterPhase;
  /** Where the supervisor is, as the watchdog sees it. */
  readonly standing: Standing;
  /** What /healthz answers. */
  readonly health: { readonly ok: boolean; readonly text: string };
  readonly startCap: number;
  readonly drift: number;
  readonly turnsPerSecond: number;
  /** In a hello all of them, in their order; in a frame those that have changed since the one before. */
  readonly services: readonly ServiceFigures[];
  readonly totals: Readonly<Record<Measure, number>>;
  /** In the order of `Timings.rows`: the slowest one's bucket, as there, and the mean of this second. */
  readonly slowest: readonly number[];
  readonly meanMs: readonly number[];
  /** Those since the frame before. */
  readonly remarks: readonly Remark[];
  /** How many there were besides. */
  readonly remarksLeftOut: number;
}

/** What somebody who comes is told first. */
export interface Hello {
  readonly version: string;
  readonly pid: number;
  readonly file: string;
  readonly startedAt: number;
  readonly history: History;
  readonly timings: Timings;
  readonly remarks: readonly Remark[];
  readonly frame: Frame;
}
