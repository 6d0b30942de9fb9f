// What is done in this incident: how many clients come, when every poll is interrupted, and what the master is told to
// supervise. The same for both loops. Pure.

import { fileURLToPath } from 'node:url';
import type { LoopName } from '../../rig/order.ts';
import type { Plan } from '../../storm/load/plan.ts';
import { planStorm } from '../../storm/load/plan.ts';

export const LOOP_NAMES: readonly LoopName[] = ['restarts-when-interrupted', 'completes'];

/** What the two loops are called before a person. */
export const LOOP_SAYS: Readonly<Record<LoopName, string>> = {
  'restarts-when-interrupted': 'the old way',
  completes: 'ours',
};

export const SERVICE = 'imap';
/** Of the whole run: the stall needs a time before it, in which all is well, and one after it. */
const WINDOW = { from: 3 / 14, until: 11 / 14 };
const CLIENTS_PER_SECOND = 4;
/** Workers that are to be ready for the next client: so many are served in the window whatever the loop does. */
const PREFORK = 3;
/** Nobody leaves before the end, as mail clients stay connected: a worker that is left would take the next client itself. */
const STAYS_MS = 3_600_000;
const SIGNALS_PER_SECOND = 20_000;
/** Real signals show in a shorter time what they can show. */
const SIGNALS_PART = 5 / 14;
const MS = 1_000;

export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** One run: one loop under one trouble. */
export interface RunOrder {
  readonly loop: LoopName;
  readonly seed: string;
  readonly durationMs: number;
  /** Every poll is interrupted in this time; undefined: none is. */
  readonly window: Window | undefined;
  /** Real signals at the supervisor thread, per second; 0: none. */
  readonly signalsPerSecond: number;
}

export function interrupted(loop: LoopName, seed: string, durationMs: number): RunOrder {
  const window = { fromMs: durationMs * WINDOW.from, untilMs: durationMs * WINDOW.until };
  return { loop, seed, durationMs, window, signalsPerSecond: 0 };
}

export function signalled(loop: LoopName, seed: string, durationMs: number): RunOrder {
  const shorter = durationMs * SIGNALS_PART;
  return { loop, seed, durationMs: shorter, window: undefined, signalsPerSecond: SIGNALS_PER_SECOND };
}

export function planOf({ seed, durationMs }: RunOrder): Plan {
  return planStorm(
    {
      shape: { name: 'poisson', times: 0 },
      connections: Math.round((durationMs / MS) * CLIENTS_PER_SECOND),
      durationMs,
      sessions: {
        text: 'stays',
        sessions: [{ session: { kind: 'hold', ms: STAYS_MS }, weight: 1 }],
      },
    },
    seed,
  );
}

/** From dist/bench/incidents/stalled-master: the sample IMAP worker, which needs nothing installed. */
const WORKER = fileURLToPath(new URL('../../../examples/imap/main.js', import.meta.url));
const MAILBOX = fileURLToPath(new URL('../../../../examples/imap/maildir', import.meta.url));

export function configurationText(): string {
  const command = `${process.execPath} ${WORKER} ${MAILBOX}`;
  return `SERVICES {\n  ${SERVICE} cmd="${command}" listen="127.0.0.1:0" prefork=${PREFORK}\n}\n`;
}
