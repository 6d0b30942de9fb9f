// Waits until the machine is at rest, so that no benchmark measures what the one before it has left behind. Looked at is
// the share of all processors' time that was spent, second by second: the load average would tell of the last minute.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Less than this of all processors' time is rest. */
export const CALM_BUSY_SHARE = 0.1;
const CALM_LOOKS = 2;
const LOOK_EVERY_MS = 1_000;
const PATIENCE_MS = 60_000;

export interface Calm {
  readonly waitedMs: number;
  /** At the last look; at CALM_BUSY_SHARE or more, we gave up waiting. */
  readonly busyShare: number;
}

export async function waitForCalm(): Promise<Calm> {
  const began = performance.now();
  let calm = 0;
  let before = jiffies();
  for (;;) {
    await delay(LOOK_EVERY_MS);
    const now = jiffies();
    const busyShare = (now.busy - before.busy) / Math.max(1, now.all - before.all);
    before = now;
    calm = busyShare < CALM_BUSY_SHARE ? calm + 1 : 0;
    const waitedMs = performance.now() - began;
    if (calm === CALM_LOOKS || waitedMs > PATIENCE_MS) return { waitedMs, busyShare };
  }
}

/** proc(5), /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, of all processors. */
function jiffies(): { readonly busy: number; readonly all: number } {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const numbers = line.split(/\s+/).slice(1, 9).map(Number);
  const all = numbers.reduce((sum, value) => sum + value, 0);
  return { all, busy: all - (numbers[3] ?? 0) - (numbers[4] ?? 0) };
}
