// Waiting for a condition. The time limit only ends a test that would hang.

import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS_MAX = 20_000;
const LOOK_EVERY_MS = 2;

export async function until(condition: () => boolean, complaint: () => string): Promise<void> {
  const giveUpAt = performance.now() + WAIT_MS_MAX;
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error(complaint());
    await sleep(LOOK_EVERY_MS);
  }
}
