// Trouble that is made for the master while the load runs: what may be wished, what a maker of trouble is, and what it
// reports. Each maker is a file of its own; all are started with the first arrival and stopped with the last.

import type { Result } from '../../../src/lib/result.ts';
import type { Master } from '../watch/find-master.ts';

export interface TroubleWishes {
  /** Signals at the supervisor thread, per second; with a name when it was said. */
  readonly signals?: { readonly perSecond: number; readonly signal?: NodeJS.Signals };
  /** Each worker, with this chance, at every interval. */
  readonly kill?: { readonly share: number; readonly everyMs: number };
  readonly reload?: { readonly everyMs: number };
  readonly stopCont?: { readonly everyMs: number; readonly forMs: number };
}

/** Something that was done to the master, for the time line. */
export interface Mark {
  readonly atMs: number;
  readonly what: 'kill' | 'reload' | 'stop' | 'continue';
  readonly text: string;
}

export type Tell = (what: Mark['what'], text: string) => void;

export interface Maker {
  /** One line for the table, and figures for programs. */
  report(): TroubleReport;
  /** Nothing of it is left when this resolves: a stopped master goes on, a process has ended. */
  stop(): Promise<void>;
}

export interface TroubleReport {
  readonly kind: 'signals' | 'kill' | 'reload' | 'stop-cont';
  readonly text: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** A master with a process that is known: without one, there is nobody to trouble. */
export type Victim = Master & { readonly pid: number };

export type Made = Result<Maker, string>;
