// Under a steady load one of two workers dies: by SIGKILL, or of an exception that nobody caught. How many requests are
// lost, and how long until two workers accept again? What a dead worker had taken is lost under every side; what
// differs is who else is, and how soon the next one is there. Prints JSON.

import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { median, watchMachine } from '../lib/statistics.ts';
import { load } from './load/start.ts';
import { type Lost, steadyLoad, sumOf, totalOf, worstBetween } from './losses.ts';
import { until } from './sides/home.ts';
import { leftOut, SIDES, withSides } from './sides/index.ts';
import type { RunningSide, SideName } from './sides/side.ts';

const WORKERS = 2;
const REPETITIONS = 3;
const LOAD_MS = 3_000;
const CRASH_AFTER_MS = 1_200;
const RECOVERY_LIMIT_MS = 20_000;

const DEATHS = ['killed', 'throws'] as const;
type Death = (typeof DEATHS)[number];

interface Crash {
  readonly lost: Lost;
  /** From the death to the moment when as many workers accept as before. */
  readonly recoveryMs: number;
  readonly worstMs: number;
  readonly answered: number;
}

async function oneCrash(side: RunningSide, death: Death): Promise<Crash> {
  const loading = load(steadyLoad(side.port, LOAD_MS));
  await delay(CRASH_AFTER_MS);
  const before = new Set(side.started().map(({ pid }) => pid));
  const [victim] = side.living();
  const at = performance.timeOrigin + performance.now();
  if (death === 'killed') process.kill(victim ?? 0, 'SIGKILL');
  else await askToThrow(side.port);
  await until(
    () => side.started().some(({ pid }) => !before.has(pid)),
    RECOVERY_LIMIT_MS,
    () => `no worker has taken the place of the dead one under ${side.name}`,
  );
  const back = side.started().find(({ pid }) => !before.has(pid))?.at ?? Number.NaN;
  const result = await loading;
  await until(
    () => side.living().length === WORKERS,
    RECOVERY_LIMIT_MS,
    () => `${side.living().length} workers live under ${side.name}`,
  );
  return {
    lost: sumOf(result.flows.map(({ lost }) => lost)),
    recoveryMs: back - at,
    worstMs: worstBetween(result, at, back),
    answered: result.flows.reduce((sum, { answered }) => sum + answered, 0),
  };
}

/** Resolves when the connection has ended without an answer, as it must. */
function askToThrow(port: number): Promise<void> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/throw', agent: false }, (response) => response.resume())
      .once('error', () => resolve())
      .once('close', () => resolve());
  });
}

function summary(name: SideName, crashes: readonly Crash[]) {
  const of = (field: 'recoveryMs' | 'worstMs') => median(crashes.map((crash) => crash[field]));
  const lost = sumOf(crashes.map((crash) => crash.lost));
  return {
    side: name,
    lost,
    lostPerCrash: totalOf(lost) / crashes.length,
    answered: crashes.reduce((sum, { answered }) => sum + answered, 0),
    recoveryMs: of('recoveryMs'),
    worstMs: of('worstMs'),
    recoveries: crashes.map(({ recoveryMs }) => recoveryMs),
  };
}

async function allCrashes(running: readonly RunningSide[], death: Death) {
  const crashes = new Map<SideName, Crash[]>(running.map(({ name }) => [name, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const side of running) crashes.get(side.name)?.push(await oneCrash(side, death));
    process.stderr.write(`node-crash: ${death}, ${repetition + 1} of ${REPETITIONS}\n`);
  }
  return { death, sides: [...crashes].map(([name, measured]) => summary(name, measured)) };
}

async function measure() {
  const machine = watchMachine();
  const deaths = await withSides(SIDES, { kind: 'http', workers: WORKERS }, async (running) => [
    await allCrashes(running, 'killed'),
    await allCrashes(running, 'throws'),
  ]);
  return {
    name: 'node-crash',
    what: `one of ${WORKERS} workers dies under 1,300 requests a second`,
    machine: machine(),
    leftOut: leftOut(SIDES),
    repetitions: REPETITIONS,
    deaths,
  };
}

export type NodeCrash = Awaited<ReturnType<typeof measure>>;

process.stdout.write(`${JSON.stringify(await measure(), undefined, 2)}\n`);
