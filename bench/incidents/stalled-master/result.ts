// The result of the incident as plain data, with its verdict: what --json writes, and all that the table and the page are
// made from, so that they cannot disagree. Pure.

import { durationText } from '../../../src/lib/text.ts';
import type { LoopName } from '../../rig/order.ts';
import type { Machine } from '../../storm/show/machine.ts';
import { figuresOf, type LoopFigures, windowOf } from './figures.ts';
import type { LoopRun } from './run.ts';

export interface StalledMasterResult {
  readonly format: typeof FORMAT;
  readonly incident: 'stalled-master';
  readonly preforkd: string;
  readonly seed: string;
  /** Repeats it. */
  readonly command: string;
  readonly verdict: Verdict;
  /** Under the seeded interruptions, and under real signals: by loop. */
  readonly interrupted: Readonly<Record<LoopName, Seen>>;
  readonly signalled: Readonly<Record<LoopName, Seen>>;
  readonly machine: Machine;
}

export interface Seen {
  readonly run: LoopRun;
  readonly figures: LoopFigures;
}

export interface Verdict {
  readonly oldStalled: boolean;
  readonly oursStalled: boolean;
  readonly text: string;
}

export const FORMAT = 'preforkd-incident/1';
/** A loop has stalled when it did so for at least this part of the window: no busy machine does that to a loop. */
const STALLED_PART = 0.5;

export function seenOf(run: LoopRun): Seen {
  return { run, figures: figuresOf(run) };
}

export function verdictOf(interrupted: StalledMasterResult['interrupted']): Verdict {
  const [old, ours] = [interrupted['restarts-when-interrupted'], interrupted.completes];
  const oldStalled = lasted(old, 'stall');
  // Of ours more is asked: clients do not care whether turns are completed.
  const oursStalled = lasted(ours, 'silence');
  const { stall } = old.figures;
  const forMs = durationText(stall.untilMs - stall.fromMs);
  const first = oldStalled
    ? `the old way stalled (0 new clients per second for ${forMs} while ${stall.waiting} waited)`
    : `the old way did not stall here (at most ${forMs} without a turn and without a new client)`;
  const second = oursStalled ? 'ours stalled' : 'ours did not';
  return { oldStalled, oursStalled, text: `${first}, ${second}` };
}

function lasted({ run, figures }: Seen, what: 'stall' | 'silence'): boolean {
  const { fromMs, untilMs } = windowOf(run);
  const stretch = figures[what];
  return stretch.untilMs - stretch.fromMs >= (untilMs - fromMs) * STALLED_PART;
}
