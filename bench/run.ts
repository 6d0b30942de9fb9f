// `npm run bench`: runs the benchmarks one after the other, each as a process of its own and each when the machine has
// come to rest, and keeps what they print in bench/results/NAME.json. docs/generated/BENCH.md is made from these files
// (npm run docs). One that cannot run here says why, and what was kept of it stays. Run nothing else meanwhile.
// Usage: node dist/bench/run.js [--list] [NAME ...]

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../src/lib/exit-codes.ts';
import { CALM_BUSY_SHARE, type Calm, waitForCalm } from './lib/calm.ts';
import type { Machine } from './lib/statistics.ts';
import { childrenOf } from './setup/masters.ts';

/** From dist/bench back to the checkout. */
const RESULTS = fileURLToPath(new URL('../../bench/results/', import.meta.url));
const LIMIT_MS = 600_000;
/** Between SIGTERM and SIGKILL for one that has taken too long. */
const GRACE_MS = 3_000;
/** More than this of the processors' time given to others, and the figures are worth a second run. */
const STEAL_SHARE_MAX = 0.02;
const COMPLAINT_MAX = 200;

/** NAME -> file below bench, in the order that they run. */
const BENCHMARKS: Readonly<Record<string, string>> = {
  'cyrus-held': 'cyrus/held',
  'cyrus-short': 'cyrus/short',
  'cyrus-released': 'cyrus/released',
  'cyrus-backlog': 'cyrus/backlog',
  'cyrus-fork-failure': 'cyrus/fork-failure',
  'cyrus-reload': 'cyrus/reload',
  'cyrus-stop': 'cyrus/stop',
  'c-worker': 'cyrus/c-worker',
  signals: 'micro/signals',
  turn: 'micro/turn',
  services: 'micro/services',
  scrape: 'micro/scrape',
  'page-weight': 'micro/page-weight',
  descriptors: 'micro/descriptors',
  idle: 'micro/idle',
  spawn: 'micro/spawn',
  'sdk-startup': 'micro/sdk-startup',
  'node-throughput': 'node/throughput',
  'node-crash': 'node/crash',
  'node-reload': 'node/reload',
  'node-slow': 'node/slow',
  'policies-sim': 'policies/sim',
  'policies-real': 'policies/real',
};

type Printed = { readonly skipped: string } | { readonly skipped?: undefined; readonly machine?: Machine };

/** Ctrl-C. */
const INTERRUPTED = 'interrupted';

type Outcome = 'kept' | 'skipped' | 'failed' | 'interrupted';

interface Ended {
  readonly said: string;
  /** undefined: it has ended well. */
  readonly trouble: string | undefined;
}

function start(file: string): Promise<Ended> {
  const program = fileURLToPath(new URL(`./${file}.js`, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let trouble: string | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const end = (why: string) => {
    trouble ??= why;
    endFamily(child.pid ?? 0);
  };
  const limit = setTimeout(end, LIMIT_MS, `it took longer than ${LIMIT_MS / 1_000} s`);
  const interrupted = () => end(INTERRUPTED);
  process.once('SIGINT', interrupted);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted);
      if (code !== 0) trouble ??= `it ended with ${signal ?? code}`;
      resolve({ said, trouble });
    });
  });
}

/** With all that it has started: masters are sessions of their own, and would stay behind. */
function endFamily(pid: number): void {
  const family = [pid];
  for (const member of family) family.push(...attempt(() => childrenOf(member), []));
  for (const member of family) attempt(() => process.kill(member, 'SIGTERM'), false);
  setTimeout(() => {
    for (const member of family) attempt(() => process.kill(member, 'SIGKILL'), false);
  }, GRACE_MS).unref();
}

/** What is gone needs no ending. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

async function runOne(name: string, file: string): Promise<Outcome> {
  const calm = await waitForCalm();
  if (calm.busyShare >= CALM_BUSY_SHARE)
    say(name, `begins though the machine is not at rest (${percent(calm.busyShare)} busy)`);
  const began = performance.now();
  const { said, trouble } = await start(file);
  const took = `${((performance.now() - began) / 1_000).toFixed(1)} s`;
  if (trouble === undefined) return keep(name, said, calm, took);
  say(name, `failed after ${took}: ${trouble}`);
  return trouble === INTERRUPTED ? 'interrupted' : 'failed';
}

function keep(name: string, said: string, calm: Calm, took: string): Outcome {
  const result = attempt(() => JSON.parse(said) as Printed, undefined);
  if (result === undefined) {
    say(name, `printed no JSON: ${said.slice(0, COMPLAINT_MAX)}`);
    return 'failed';
  }
  if (result.skipped !== undefined) {
    say(name, `skipped: ${result.skipped}`);
    return 'skipped';
  }
  const kept = { ...result, busyBefore: calm.busyShare };
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(kept, undefined, 2)}\n`);
  const steal = result.machine?.stealShare ?? 0;
  const warning = steal > STEAL_SHARE_MAX ? `; steal ${percent(steal)}: measure again` : '';
  say(name, `${took}, bench/results/${name}.json${warning}`);
  return 'kept';
}

function say(name: string, text: string): void {
  process.stdout.write(`${name}: ${text}\n`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

async function runAll(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !(name in BENCHMARKS));
  if (unknown.length > 0) {
    process.stderr.write(`no benchmark is named ${unknown.join(', ')}; --list names them\n`);
    return EXIT.usage;
  }
  mkdirSync(RESULTS, { recursive: true });
  let exitCode: number = EXIT.ok;
  for (const [name, file] of Object.entries(BENCHMARKS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const outcome = await runOne(name, file);
    if (outcome === 'interrupted') return EXIT.interrupted;
    if (outcome === 'failed') exitCode = EXIT.failure;
  }
  return exitCode;
}

const words = process.argv.slice(2);
if (words.includes('--list')) process.stdout.write(`${Object.keys(BENCHMARKS).join('\n')}\n`);
else process.exitCode = await runAll(words);
