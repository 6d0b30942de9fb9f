// The pulse (core/pulse.ts) in shared memory of its own: the supervisor thread writes it, the plane looks at it. No lock
// guards it: a stage that is told with the begin of the one before is possible for a moment, and only the sentence of a
// stall would show it, for a stall is judged by the turns alone.

import { STAGES, type Stage } from '../core/board.ts';
import { PULSE_FIELD, PULSE_LENGTH } from '../core/pulse.ts';

export interface Pulse {
  /** Completed. */
  readonly turns: number;
  readonly stage: Stage;
  /** Monotonic milliseconds; 0: no turn was begun yet. */
  readonly stageBeganAt: number;
}

export function createPulse(): SharedArrayBuffer {
  return new SharedArrayBuffer(PULSE_LENGTH * Float64Array.BYTES_PER_ELEMENT);
}

export function readPulse(shared: SharedArrayBuffer): Pulse {
  const pulse = new Float64Array(shared);
  return {
    turns: pulse[PULSE_FIELD.turns] ?? 0,
    stage: STAGES[pulse[PULSE_FIELD.stage] ?? 0] ?? STAGES[0],
    stageBeganAt: pulse[PULSE_FIELD.stageBeganAt] ?? 0,
  };
}
