// php-fpm with `pm = dynamic`: at each beat, what is missing from min_spare_servers, but no more than a rate that doubles
// from 1 to 32 as long as something is missing. So never more than min_spare_servers in a second, however many wait: it is
// made for requests that end. The queue is never looked at.
// Source: PHP manual, "FastCGI Process Manager: Configuration": pm.min_spare_servers (prefork stands for it here),
// pm.start_servers (the same number), pm.max_spawn_rate (32). Its workers are forked without an exec and are up at once;
// whoever is starting counts as idle here, which is the nearest to that.

import { type Maintenance, onHeartbeat, spareOf } from './heartbeat.ts';

const SPAWN_RATE_MAX = 32;

export const phpFpmDynamic = onHeartbeat((): Maintenance => {
  let rate = 1;
  return {
    first: spareOf,
    beat: (figures) => {
      const missing = spareOf(figures) - figures.ready;
      if (missing <= 0) {
        rate = 1;
        return 0;
      }
      const more = Math.min(rate, missing);
      rate = Math.min(SPAWN_RATE_MAX, rate * 2);
      return more;
    },
  };
});
