// What the last hunt found, as hunt.ts keeps it in results.json. Read by mutants.test.ts and by scripts/docs-mutants.ts.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { MUTANTS } from './table.ts';

/** A mutant that none of the seeds 1, 2, ... up to this one catches is missed. */
export const SEEDS_MOST = 2_000;

/** The first seed that fails with the fault, and passes without it. */
export interface Caught {
  readonly seed: number;
  readonly rule: string;
  readonly says: string;
  readonly turn: number;
}

export interface Result {
  readonly name: string;
  /** undefined: missed. */
  readonly caught?: Caught;
}

const FILE = new URL('results.json', import.meta.url);

export function readResults(): readonly Result[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Result[]) : [];
}

/** Keeps the results of mutants that are in the table, in its order; those in `fresh` replace older ones. */
export function keepResults(fresh: readonly Result[]): void {
  const known = new Map([...readResults(), ...fresh].map((result) => [result.name, result]));
  const results = MUTANTS.flatMap(({ name }) => known.get(name) ?? []);
  writeFileSync(FILE, `${JSON.stringify(results, undefined, 2)}\n`);
}
