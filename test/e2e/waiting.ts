// Every wait of the e2e tests is for a condition; the time limit only turns a hang into a failure that says what was
// waited for.

import assert from 'node:assert/strict';

/** Generous, since CI machines stall; a test that passes never waits that long. */
export const PATIENCE_MS = 30_000;

/** Waits until `look` returns something true; fails after PATIENCE_MS with `what`. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  explain: () => string = () => '',
): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) assert.fail(`waited in vain for: ${what}\n${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
