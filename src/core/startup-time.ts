// How long a service's workers take to start: from spawn to the first word. A smoothed mean with deviation
// (Jacobson and Karels, 1988, as TCP estimates a round trip) and a rolling minimum over two windows.

export interface StartupTime {
  samples: number;
  /** Its workers say AVAILABLE when they are up (as the SDK's do; Cyrus's are silent until they have a client). */
  announces: boolean;
  meanMs: number;
  deviationMs: number;
  readonly minimum: { currentMs: number; previousMs: number; windowEndsAt: number };
}

const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const MINIMUM_WINDOW_MS = 60_000;
/** Silence that long, when nothing has been measured, is taken for "it is up". */
const PRESUMED_AT_FIRST_MS = 500;
const PRESUMED_MIN_MS = 250;
const SIGNALLED_AT_FIRST_MS = 5_000;
const SIGNAL_PATIENCE = 4;

export function unknownStartupTime(): StartupTime {
  return {
    samples: 0,
    announces: false,
    meanMs: 0,
    deviationMs: 0,
    minimum: {
      currentMs: Number.POSITIVE_INFINITY,
      previousMs: Number.POSITIVE_INFINITY,
      windowEndsAt: Number.NEGATIVE_INFINITY,
    },
  };
}

export function observeStartup(time: StartupTime, startupMs: number, now: number): void {
  if (time.samples === 0) {
    time.meanMs = startupMs;
    time.deviationMs = startupMs / 2;
  } else {
    const error = startupMs - time.meanMs;
    time.meanMs += MEAN_GAIN * error;
    time.deviationMs += DEVIATION_GAIN * (Math.abs(error) - time.deviationMs);
  }
  time.samples += 1;
  keepMinimum(time.minimum, startupMs, now);
}

function keepMinimum(minimum: StartupTime['minimum'], startupMs: number, now: number): void {
  if (now >= minimum.windowEndsAt) {
    minimum.previousMs = minimum.currentMs;
    minimum.currentMs = Number.POSITIVE_INFINITY;
    minimum.windowEndsAt = now + MINIMUM_WINDOW_MS;
  }
  minimum.currentMs = Math.min(minimum.currentMs, startupMs);
}

export function quickestMs({ minimum }: StartupTime): number {
  return Math.min(minimum.currentMs, minimum.previousMs);
}

/** After this long without a word, a worker is taken to have set its signal handlers. */
export function signalledAfterMs(time: StartupTime): number {
  return time.samples === 0 ? SIGNALLED_AT_FIRST_MS : SIGNAL_PATIENCE * presumedAfterMs(time);
}

/** After this long without a word and without a death, a worker is presumed to be up. */
export function presumedAfterMs(time: StartupTime): number {
  if (time.samples === 0) return PRESUMED_AT_FIRST_MS;
  return Math.max(PRESUMED_MIN_MS, time.meanMs + 4 * time.deviationMs);
}
