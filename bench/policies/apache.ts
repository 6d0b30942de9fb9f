// Apache's prefork MPM: while fewer than MinSpareServers are idle, one more at the first beat, then two, four, and so on to
// 32 each second; the first beat with enough to spare begins again with one. It counts by time, not by how many are
// missing: the last step may go far beyond. Whoever is starting counts as idle. The queue is never looked at.
// Source: Apache HTTP Server 2.4, "Performance Tuning", section "Process Creation"; directives MinSpareServers (prefork
// stands for it here) and StartServers (the same number). MaxSpareServers, which ends the idle, is left out on both sides.

import { type Maintenance, onHeartbeat, spareOf } from './heartbeat.ts';

const SPAWNS_PER_BEAT_MAX = 32;

export const apacheDoubling = onHeartbeat((): Maintenance => {
  let rate = 1;
  return {
    first: spareOf,
    beat: (figures) => {
      if (figures.ready >= spareOf(figures)) {
        rate = 1;
        return 0;
      }
      const more = rate;
      rate = Math.min(SPAWNS_PER_BEAT_MAX, rate * 2);
      return more;
    },
  };
});
