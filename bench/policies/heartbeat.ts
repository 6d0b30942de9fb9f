// The frame of systems that look after their workers once a second and never in between: Apache, php-fpm, uWSGI. At the
// start their first workers are made at once; then each beat decides once how many more, and between two beats the answer
// is none, whoever waits. What a beat decided is measured by living workers, so that it can be asked for again and again
// in the same turn; what could not be spawned in that turn is lost until the next beat, as it is with them.

import type { SpawnFigures } from '../../src/core/spawn-policy.ts';
import { type MakePolicy, unpaced } from './plugged.ts';

const BEAT_MS = 1_000;

export interface Maintenance {
  /** How many workers to begin with. */
  first(figures: SpawnFigures): number;
  /** How many more at this beat. Called once for each beat: it may keep what it needs for the next. */
  beat(figures: SpawnFigures): number;
}

/** `maintenance`: made anew for each master. */
export function onHeartbeat(maintenance: () => Maintenance): MakePolicy {
  return (now) => {
    const { first, beat } = maintenance();
    let isUp = false;
    let beatAt = Number.NEGATIVE_INFINITY;
    let dueAt = Number.POSITIVE_INFINITY;
    let wanted = 0;
    return {
      dueAt: () => dueAt,
      policy: (figures) => {
        const at = now();
        if (!isUp) {
          const missing = first(figures) - figures.active;
          if (missing > 0) return unpaced(missing, figures);
          isUp = true;
          dueAt = at + BEAT_MS;
        }
        if (at >= dueAt) {
          beatAt = at;
          // A late beat moves all that follow: each of these systems sleeps a second after its work.
          dueAt = at + BEAT_MS;
          wanted = figures.active + beat(figures);
        }
        return unpaced(at === beatAt ? wanted - figures.active : 0, figures);
      },
    };
  };
}

/** What all three demand of their own configuration: at least one worker to spare. */
export function spareOf({ minReady }: SpawnFigures): number {
  return Math.max(1, minReady);
}
