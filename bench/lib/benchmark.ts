// The frame of every benchmark: it measures, and prints one JSON document with the machine's state; or it says why it
// was skipped, and what installs what is missing.

import { watchMachine } from './statistics.ts';

/** What every result begins with; `Figures` is the benchmark's own. */
export type Result<Figures> = {
  readonly name: string;
  readonly what: string;
  readonly machine: ReturnType<ReturnType<typeof watchMachine>>;
} & Figures;

/** `missing`: why it cannot be measured here. Errors pass: the runner shows them. */
export async function benchmark<Figures extends object>(
  name: string,
  what: string,
  missing: string | undefined,
  measure: () => Promise<Figures>,
): Promise<void> {
  if (missing !== undefined) {
    process.stdout.write(`${JSON.stringify({ name, skipped: missing })}\n`);
    return;
  }
  const machine = watchMachine();
  const figures = await measure();
  process.stdout.write(`${JSON.stringify({ name, what, machine: machine(), ...figures }, undefined, 2)}\n`);
}

/** What a benchmark is doing, for whoever waits. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
