// Waits for a condition, not for a time; the limit only turns a hang into a failure that says what was waited for.

import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 10_000;

export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(5);
  }
}
