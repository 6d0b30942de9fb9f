// Writes docs/generated/BENCH.md and the plots beside it, from the results that `npm run bench` kept in bench/results.
// What the page says is in bench-page: page.ts the whole, and a file for each benchmark.

import { existsSync, readFileSync } from 'node:fs';
import { benchmarkPage, type Kept } from './bench-page/page.ts';
import { PARTS } from './bench-page/parts.ts';

export const path = 'docs/generated/BENCH.md';

const PLOTS = 'docs/generated/bench';

function keptOf(name: string): Kept | undefined {
  const file = new URL(`../bench/results/${name}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : undefined;
}

export function generate(): string {
  return benchmarkPage(PARTS, keptOf).markdown;
}

export function generateFurther(): ReadonlyMap<string, string> {
  const { pictures } = benchmarkPage(PARTS, keptOf);
  return new Map([...pictures].map(([name, svg]) => [`${PLOTS}/${name}.svg`, svg]));
}
