// `npm run bench`: runs the micro benchmarks one after the other, each as a process of its own, keeps their results in
// bench/results/NAME.json and prints a line for each. docs/generated/BENCH.md is made from these files (npm run docs).
// Run nothing else meanwhile. Usage: node dist/bench/run.js [NAME ...]

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MICRO = fileURLToPath(new URL('./micro/', import.meta.url));
/** From dist/bench back to the checkout. */
const RESULTS = fileURLToPath(new URL('../../bench/results/', import.meta.url));
const TIMEOUT_MS = 600_000;

const BENCHMARKS = ['spawn', 'turn', 'idle', 'sdk-startup'] as const;

function runOne(name: string): boolean {
  const began = performance.now();
  const run = spawnSync(process.execPath, ['--expose-gc', join(MICRO, `${name}.js`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  if (run.status !== 0) {
    process.stderr.write(
      `${name}: failed after ${seconds} s (${run.error?.message ?? `exit ${run.status}`})\n`,
    );
    return false;
  }
  const result: unknown = JSON.parse(run.stdout.toString());
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
  process.stdout.write(`${name}: ${seconds} s, bench/results/${name}.json\n`);
  return true;
}

mkdirSync(RESULTS, { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHMARKS.some((known) => known === name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark is named ${unknown.join(', ')}; there are ${BENCHMARKS.join(', ')}\n`);
  process.exitCode = 64;
} else {
  const names = wanted.length > 0 ? wanted : BENCHMARKS;
  if (!names.map(runOne).every(Boolean)) process.exitCode = 1;
}
