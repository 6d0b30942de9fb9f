// A rolling reload under a steady load: all workers are replaced, by `preforkd reload`, by the primary's usual loop of
// fork and disconnect, by `pm2 reload`. How many requests are lost, and how late is the latest meanwhile? Then reloads
// in a row, each begun as soon as the one before is over. Prints JSON.

import { setTimeout as delay } from 'node:timers/promises';
import { median, watchMachine } from '../lib/statistics.ts';
import { load } from './load/start.ts';
import { answeredPerSlice, type Lost, steadyLoad, sumOf, totalOf, worstBetween } from './losses.ts';
import { until } from './sides/home.ts';
import { leftOut, SIDES, withSides } from './sides/index.ts';
import type { RunningSide, SideName } from './sides/side.ts';

const WORKERS = 2;
const REPETITIONS = 3;
const LOAD_MS = 5_000;
const RELOAD_AFTER_MS = 1_500;
const RELOAD_LIMIT_MS = 30_000;
/** Of the reloads in a row. */
const IN_A_ROW = 5;
const ROW_LOAD_MS = 10_000;

interface Reload {
  readonly lost: Lost;
  /** From the command to the moment when only new workers live, and as many as before. */
  readonly tookMs: number;
  /** Of a request answered while the reload went on. */
  readonly worstMs: number;
  /** Of one answered before it: what is usual here. */
  readonly worstBeforeMs: number;
  readonly p99: number;
  readonly answered: number;
  readonly perSlice: readonly number[];
}

const wallClock = () => performance.timeOrigin + performance.now();

/** Resolves when no worker of before lives, and as many new ones do. */
async function reloadAndWait(side: RunningSide): Promise<void> {
  const before = new Set(side.living());
  await side.reload();
  const replaced = () => {
    const living = side.living();
    return living.length >= WORKERS && !living.some((pid) => before.has(pid));
  };
  await until(replaced, RELOAD_LIMIT_MS, () => `the reload of ${side.name} is not over`);
}

async function reloadsUnderLoad(side: RunningSide, times: number, ms: number): Promise<Reload> {
  const loading = load(steadyLoad(side.port, ms));
  await delay(RELOAD_AFTER_MS);
  const at = wallClock();
  for (let count = 0; count < times; count++) await reloadAndWait(side);
  const over = wallClock();
  const result = await loading;
  return {
    lost: sumOf(result.flows.map(({ lost }) => lost)),
    tookMs: over - at,
    worstMs: worstBetween(result, at, over),
    worstBeforeMs: worstBetween(result, result.beganAt, at),
    p99: Math.max(...result.flows.map(({ latency }) => latency.p99)),
    answered: result.flows.reduce((sum, { answered }) => sum + answered, 0),
    perSlice: answeredPerSlice(result.flows, ms),
  };
}

function summary(name: SideName, reloads: readonly Reload[]) {
  const of = (field: 'tookMs' | 'worstMs' | 'worstBeforeMs' | 'p99') =>
    median(reloads.map((reload) => reload[field]));
  const lost = sumOf(reloads.map((reload) => reload.lost));
  return {
    side: name,
    lost,
    lostInAll: totalOf(lost),
    answered: reloads.reduce((sum, { answered }) => sum + answered, 0),
    tookMs: of('tookMs'),
    worstMs: of('worstMs'),
    worstBeforeMs: of('worstBeforeMs'),
    p99: of('p99'),
    /** Of the last repetition. */
    perSlice: reloads.at(-1)?.perSlice ?? [],
  };
}

async function measureReloads(
  running: readonly RunningSide[],
  times: number,
  ms: number,
  repetitions: number,
) {
  const reloads = new Map<SideName, Reload[]>(running.map(({ name }) => [name, []]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const side of running) reloads.get(side.name)?.push(await reloadsUnderLoad(side, times, ms));
    process.stderr.write(`node-reload: ${times} in a row, ${repetition + 1} of ${repetitions}\n`);
  }
  return [...reloads].map(([name, measured]) => summary(name, measured));
}

async function measure() {
  const machine = watchMachine();
  const [once, inARow] = await withSides(SIDES, { kind: 'http', workers: WORKERS }, async (running) => [
    await measureReloads(running, 1, LOAD_MS, REPETITIONS),
    await measureReloads(running, IN_A_ROW, ROW_LOAD_MS, 1),
  ]);
  return {
    name: 'node-reload',
    what: `all ${WORKERS} workers are replaced under 1,300 requests a second`,
    machine: machine(),
    leftOut: leftOut(SIDES),
    repetitions: REPETITIONS,
    reloadAfterMs: RELOAD_AFTER_MS,
    once: once ?? [],
    inARow: { times: IN_A_ROW, sides: inARow ?? [] },
  };
}

export type NodeReload = Awaited<ReturnType<typeof measure>>;

process.stdout.write(`${JSON.stringify(await measure(), undefined, 2)}\n`);
