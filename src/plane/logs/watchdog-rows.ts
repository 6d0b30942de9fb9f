// What the watchdog (watchdog.ts) tells of the supervisor. Part of the table of the plane's events (plane-events.ts).

import { durationText } from '../../lib/text.ts';
import type { Row } from './row.ts';

export type WatchdogEvent =
  | {
      readonly kind: 'turn-stalled';
      readonly quietMs: number;
      /** Where the supervisor stands, and for how long. */
      readonly stage: string;
      readonly stageMs: number;
    }
  | { readonly kind: 'turn-resumed'; readonly quietMs: number; readonly stage: string };

export const WATCHDOG_ROWS = {
  'turn-stalled': {
    level: 'error',
    meaning:
      'No turn was completed for `watchdog limit=`: no worker is spawned or heard, and /healthz is 503. The stage says what the supervisor waits for; in `spawn` it is most often a file system that does not answer. Told once.',
    text: (event: Extract<WatchdogEvent, { kind: 'turn-stalled' }>) => stallText(event),
  },
  'turn-resumed': {
    level: 'warn',
    meaning: 'The supervisor turns again after a stall, and how long that was.',
    text: ({ quietMs, stage }: Extract<WatchdogEvent, { kind: 'turn-resumed' }>) =>
      `the supervisor turns again: no turn was completed for ${durationText(quietMs)}, it stood in stage ${stage}`,
  },
} satisfies { readonly [K in WatchdogEvent['kind']]: Row<Extract<WatchdogEvent, { readonly kind: K }>> };

/** The sentence of health, too. */
export function stallText(stall: {
  readonly quietMs: number;
  readonly stage: string;
  readonly stageMs: number;
}): string {
  const { quietMs, stage, stageMs } = stall;
  return `no turn was completed for ${durationText(quietMs)}: the supervisor has been in stage ${stage} for ${durationText(stageMs)}`;
}
