// The numbers that the plane itself knows: its process, results of reloads, the age of the scoreboard, and what the
// kernel counts of full queues.
// Read at scrape time by the exporter; counted by reload, logs and wiring.

import { readdirSync } from 'node:fs';
import { unreachable } from '../../lib/assert.ts';
import { MASTER_FIELD, masterView } from '../../thread/scoreboard.ts';
import type { Numbers } from './collect.ts';
import type { PlaneValue } from './definition.ts';
import { readListenTroubles } from './listen-troubles.ts';

export interface PlaneCounters {
  /** Those that the supervisor never saw, because the configuration was bad. */
  reloadsRefused: number;
  planeErrors: number;
  /** `succeededAt`: of the last configuration that took effect, in ms since 1970. */
  readonly lastReload: { successful: boolean; succeededAt: number };
}

export function createPlaneCounters(): PlaneCounters {
  return {
    reloadsRefused: 0,
    planeErrors: 0,
    lastReload: { successful: true, succeededAt: Date.now() },
  };
}

export interface PlaneSources {
  readonly version: string;
  readonly counters: PlaneCounters;
  /** The scoreboard as last read. */
  board(): Float64Array;
  boardAgeMs(): number;
  stalled(): boolean;
  logTroubles(): number;
}

export function createPlaneNumbers(sources: PlaneSources): Numbers['plane'] {
  const startedAt = Date.now() / 1000 - process.uptime();
  const read = (value: Exclude<PlaneValue, 'build-info'>): number | undefined => {
    switch (value) {
      case 'reloads-refused':
        return (
          sources.counters.reloadsRefused + (masterView(sources.board())[MASTER_FIELD.reloadsRefused] ?? 0)
        );
      case 'last-reload-successful':
        return sources.counters.lastReload.successful ? 1 : 0;
      case 'last-reload-success':
        return sources.counters.lastReload.succeededAt / 1000;
      case 'listen-overflows':
        return readListenTroubles()?.overflows;
      case 'listen-drops':
        return readListenTroubles()?.drops;
      case 'plane-errors':
        return sources.counters.planeErrors;
      case 'log-troubles':
        return sources.logTroubles();
      case 'scoreboard-age':
        return sources.boardAgeMs() / 1000;
      case 'turn-stalled':
        return sources.stalled() ? 1 : 0;
      case 'cpu': {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      }
      case 'resident-memory':
        return process.memoryUsage.rss();
      case 'open-fds':
        return openFds();
      case 'start-time':
        return startedAt;
      default:
        return unreachable(value);
    }
  };
  return (value) => {
    if (value !== 'build-info') return { value: read(value) };
    return { value: 1, labels: { version: sources.version, node: process.version } };
  };
}

function openFds(): number {
  try {
    // One of them is the directory being read.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return 0;
  }
}
