// What the load generator is told (one JSON text as its argument), and what it answers (one JSON text on stdout).
// Times are milliseconds; `at` is the wall clock's, which all processes of one machine share.

export type Mode = 'keep-alive' | 'connections' | 'echo';

export interface Flow {
  /** One connection for many requests, a connection for each, or lines that come back. */
  readonly mode: Mode;
  readonly clients: number;
  readonly path: string;
  /** Each client sends at fixed times so far apart, however late the last answer; 0: as soon as it has its answer. */
  readonly everyMs: number;
  /** Each client ends after so many requests; without it, when the time is over. */
  readonly requests?: number;
}

export interface LoadOrder {
  readonly port: number;
  readonly ms: number;
  /** Whoever has no answer for so long is lost. */
  readonly answerLimitMs: number;
  readonly flows: readonly Flow[];
}

/** Why a request had no answer. A connection that ends while no request is on its way is no loss. */
export const LOSSES = ['refused', 'reset', 'cut', 'timed-out', 'wrong'] as const;
export type Loss = (typeof LOSSES)[number];

export interface FlowResult {
  readonly mode: Mode;
  readonly answered: number;
  readonly lost: Readonly<Record<Loss, number>>;
  /** When each was lost: for the plot, and to tell a reload's loss from another. */
  readonly lostAt: readonly number[];
  readonly perSecond: number;
  /** From the moment it was to be sent. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Of slices of 100 ms from the begin: how many were answered, and the worst latency among them. */
  readonly slices: readonly { readonly answered: number; readonly worstMs: number }[];
  /** How many requests each worker answered. HTTP only: the answer holds its pid. */
  readonly byWorker: Readonly<Record<string, number>>;
}

export interface LoadResult {
  readonly beganAt: number;
  readonly ms: number;
  /** CPU of the generator itself, as a share of one processor. */
  readonly cpuShare: number;
  readonly flows: readonly FlowResult[];
}

export const SLICE_MS = 100;
