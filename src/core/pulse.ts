// The pulse: how many turns are done, and in which stage the supervisor is just now. Written by supervisor.ts at the
// begin of every stage, beside the board and without its lock, for a turn that hangs publishes nothing: of a stage that
// does not end, this is all that anybody learns. Read by the plane's watchdog at any time.

export const PULSE_FIELD = { turns: 0, stage: 1, stageBeganAt: 2 } as const;
export const PULSE_LENGTH = 3;

/** `stage` is its place in STAGES; `now` monotonic ms. */
export function enterStage(pulse: Float64Array, stage: number, now: number): void {
  pulse[PULSE_FIELD.stage] = stage;
  pulse[PULSE_FIELD.stageBeganAt] = now;
}

export function completeTurn(pulse: Float64Array): void {
  pulse[PULSE_FIELD.turns] = (pulse[PULSE_FIELD.turns] ?? 0) + 1;
}
