// Properties that fast-check tries to break: how often, and how a failure is replayed. FUZZ=n tries every property n
// times instead of its usual number, for a night; a failure prints the one command that repeats it, which sets
// FUZZ_SEED and FUZZ_PATH. Used by the fuzz tests of every room.

import { relative } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';

/** A test of one property. The name is part of the command that replays it: no quotes in it. */
export function holds<Values>(what: string, usualRuns: number, property: fc.IRawProperty<Values>): void {
  test(what, async () => {
    const { FUZZ, FUZZ_SEED, FUZZ_PATH } = process.env;
    const details = await fc.check(property, {
      numRuns: FUZZ === undefined ? usualRuns : Number(FUZZ),
      includeErrorInReport: true,
      ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
      ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH, endOnFailure: true }),
    });
    if (!details.failed) return;
    const report = await fc.asyncDefaultReportMessage(details);
    throw new Error(`${report}\n\n${replayCommand(what, details)}`, { cause: details.errorInstance });
  });
}

function replayCommand<Values>(what: string, { seed, counterexamplePath }: fc.RunDetails<Values>): string {
  const file = relative(process.cwd(), process.argv[1] ?? '');
  const variables = `FUZZ_SEED=${seed}${counterexamplePath === null ? '' : ` FUZZ_PATH=${counterexamplePath}`}`;
  return `to repeat it: ${variables} node scripts/test.mjs ${file} --test-name-pattern="${what}"`;
}
