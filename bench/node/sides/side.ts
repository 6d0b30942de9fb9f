// A side of the comparison: one way to run the application with several processes. What differs between them is in
// preforkd.ts, cluster.ts and pm2.ts beside this; what a benchmark may ask of them is the same, and is here.

import type { AppKind } from '../app/handler.ts';

export interface Order {
  readonly kind: AppKind;
  readonly workers: number;
}

export interface Side {
  readonly name: SideName;
  /** Why it cannot be started here, with the command that mends it. */
  missing(): string | undefined;
  /** Resolves when all its workers accept. */
  start(order: Order): Promise<RunningSide>;
}

export const SIDE_NAMES = ['preforkd', 'preforkd on demand', 'cluster', 'cluster none', 'pm2'] as const;
export type SideName = (typeof SIDE_NAMES)[number];

export interface RunningSide {
  readonly name: SideName;
  readonly port: number;
  /** When each worker began to accept, the first one first; those that have ended are among them. */
  started(): readonly Started[];
  /** Workers that live and accept. */
  living(): readonly number[];
  /** CPU so far of the living processes, its master and its workers, ms. */
  cpuMs(): number;
  /** Asks for a rolling reload; resolves when it has been asked for. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

export interface Started {
  readonly pid: number;
  /** Wall clock, ms. */
  readonly at: number;
}
