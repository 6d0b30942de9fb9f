// Whether the supervisor turns. Looks at its pulse once a second, from the plane: when no turn has completed for the
// limit (`watchdog limit=` in MASTER) it is a stall, told once with the stage, and told again when it is over.
// Time counts only while we look ourselves: a process that was stopped, or a machine that slept, is no stall of the
// supervisor, so that a long pause between two looks counts as a short one. Made by parts.ts; asked by health, metrics, the
// status page and what systemd is told. Never touches the supervisor.

import type { Stage } from '../core/board.ts';
import { type Pulse, readPulse } from '../thread/pulse.ts';
import type { PlaneEvent } from './logs/plane-events.ts';
import { stallText } from './logs/watchdog-rows.ts';
import { monotonicMs } from './metrics/board-reader.ts';

export const LOOK_EVERY_MS = 1_000;
/** Beyond this nobody has looked: we were late ourselves. */
const PAUSE_MS_MAX = 2 * LOOK_EVERY_MS;

export interface WatchdogInput {
  pulse(): Pulse;
  /** 0: nothing is ever called a stall. */
  limitMs(): number;
  tell(event: PlaneEvent): void;
  /** Monotonic milliseconds, the clock of the pulse. */
  now(): number;
}

export interface Standing {
  /** As far as we have seen, no turn has been completed for so long. */
  readonly quietMs: number;
  readonly stage: Stage;
  /** How long it has been in this stage. */
  readonly stageMs: number;
  /** It is told as a stall: no turn for the limit. */
  readonly stalled: boolean;
}

export interface Watchdog {
  look(): void;
  /** How long no turn has been completed, as far as we have seen. 0 before the first turn has begun. */
  quietMs(): number;
  /** Where the supervisor is. */
  standing(): Standing;
  /** undefined while the supervisor turns; else a sentence with the stage that it stands in. */
  stall(): string | undefined;
}

export function createWatchdog({ pulse, limitMs, tell, now }: WatchdogInput): Watchdog {
  let lookedAt = now();
  let turns = 0;
  let quietMs = 0;
  /** The stage in which it was found. */
  let stalledIn: string | undefined;

  const look = () => {
    const at = now();
    const seen = pulse();
    const pauseMs = Math.min(at - lookedAt, PAUSE_MS_MAX);
    lookedAt = at;
    if (seen.stageBeganAt === 0) return;
    if (seen.turns !== turns) {
      turns = seen.turns;
      if (stalledIn !== undefined)
        tell({ kind: 'turn-resumed', quietMs: quietMs + pauseMs, stage: stalledIn });
      stalledIn = undefined;
      quietMs = 0;
      return;
    }
    quietMs += pauseMs;
    if (stalledIn !== undefined || limitMs() === 0 || quietMs < limitMs()) return;
    stalledIn = seen.stage;
    tell({ kind: 'turn-stalled', quietMs, stage: seen.stage, stageMs: at - seen.stageBeganAt });
  };

  const standing = () => {
    const { stage, stageBeganAt } = pulse();
    const stageMs = stageBeganAt === 0 ? 0 : Math.max(0, now() - stageBeganAt);
    return { quietMs, stage, stageMs, stalled: stalledIn !== undefined };
  };
  return {
    look,
    quietMs: () => quietMs,
    standing,
    stall: () => (stalledIn === undefined ? undefined : stallText(standing())),
  };
}

/** Of a supervisor thread that writes this pulse. */
export function watchdogOf(
  pulse: SharedArrayBuffer,
  limitMs: WatchdogInput['limitMs'],
  tell: WatchdogInput['tell'],
): Watchdog {
  return createWatchdog({ pulse: () => readPulse(pulse), limitMs, tell, now: monotonicMs });
}
