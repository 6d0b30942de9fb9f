// uWSGI with `cheaper-algo = backlog`: at each beat, `cheaper-step` more workers while more than `cheaper-overload` clients
// are queued. How many workers are idle or starting it does not ask. With sessions that last, the last few clients, up to
// the overload, are never a reason for a worker.
// Source: uWSGI documentation, "The uWSGI cheaper subsystem - adaptive process spawning": cheaper (prefork stands for it
// here, at least 1), cheaper-initial (the same number), cheaper-step (1 unless said), cheaper-algo=backlog, which compares
// the listen queue with cheaper-overload (3 unless said). Ending the idle is left out on both sides.

import { type Maintenance, onHeartbeat, spareOf } from './heartbeat.ts';
import type { MakePolicy } from './plugged.ts';

interface Cheaper {
  readonly step: number;
  readonly overload: number;
}

/** As it is when nothing is said. */
export const CHEAPER_DEFAULT: Cheaper = { step: 1, overload: 3 };
/** For who expects bursts: as fast as Apache and php-fpm at their fastest, and nobody is left behind. */
export const CHEAPER_EAGER: Cheaper = { step: 32, overload: 0 };

export function uwsgiBacklog({ step, overload }: Cheaper): MakePolicy {
  return onHeartbeat(
    (): Maintenance => ({ first: spareOf, beat: ({ queue }) => (queue > overload ? step : 0) }),
  );
}
