// `c-worker`: the same tiny static C worker under both masters, so that what is measured is the masters' own cost. A burst
// of held clients at a master that has just started (ours then runs code that V8 has not compiled yet); and sessions one
// worker each, thousands of them, at one that has run for a while.

import { benchmark, progress } from '../lib/benchmark.ts';
import { burst } from '../lib/burst.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import { type CompiledWorker, compilerMissing, compileWorker } from '../setup/worker.ts';
import { type Measured, measureBurst } from './measure.ts';
import { type Both, bothMedians, ratioOf } from './medians.ts';
import { SIDES, type Side, startSide, stopSide } from './sides.ts';

const CLIENTS = [200, 500] as const;
const ROUNDS = 5;
const BACKLOG = 1_024;
const LIMIT_MS = 60_000;
/** Each batch at once: so many workers start and end side by side. */
const BATCH = 20;
const FORKS_BEFORE = 3_000;
const FORKS_MEASURED = 2_000;
const STEADY_ROUNDS = 2;

export interface Steady {
  readonly cpuPerForkMs: number;
  readonly forksPerSecond: number;
}

export interface CWorker {
  readonly rounds: number;
  readonly bursts: readonly {
    readonly clients: number;
    readonly sides: Both<Measured>;
    readonly cpuPerForkRatio: number;
  }[];
  readonly forksBefore: number;
  readonly forks: number;
  readonly steady: Both<Steady>;
  readonly steadyCpuRatio: number;
}

async function measure(): Promise<CWorker> {
  const home = makeCyrusHome();
  const worker = compileWorker();
  try {
    const bursts = [];
    for (const clients of CLIENTS) bursts.push(await held(home, worker, clients));
    const steady = await bothSteady(home, worker);
    const steadyCpuRatio = ratioOf(steady, ({ cpuPerForkMs }) => cpuPerForkMs);
    progress(`CPU per fork in the long run, to Cyrus: ${steadyCpuRatio.toFixed(2)}`);
    return {
      rounds: ROUNDS,
      bursts,
      forksBefore: FORKS_BEFORE,
      forks: FORKS_MEASURED,
      steady,
      steadyCpuRatio,
    };
  } finally {
    worker.dispose();
    home.dispose();
  }
}

async function held(home: CyrusHome, { path }: CompiledWorker, clients: number) {
  const runs: Record<Side, Measured[]> = { cyrus: [], preforkd: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of SIDES) {
      const options = { prefork: 0, backlog: BACKLOG, command: path };
      const load = { clients, session: 'held', limitMs: LIMIT_MS } as const;
      runs[side].push(await measureBurst(side, home, options, load));
    }
  }
  const sides = bothMedians(runs);
  const cpuPerForkRatio = ratioOf(sides, ({ masterCpuMs, forks }) => masterCpuMs / forks);
  progress(`${clients} held by the C worker: CPU per fork ${cpuPerForkRatio.toFixed(2)} of Cyrus's`);
  return { clients, sides, cpuPerForkRatio };
}

async function bothSteady(home: CyrusHome, worker: CompiledWorker): Promise<Both<Steady>> {
  const runs: Record<Side, Steady[]> = { cyrus: [], preforkd: [] };
  for (let round = 0; round < STEADY_ROUNDS; round += 1) {
    for (const side of SIDES) runs[side].push(await inTheLongRun(side, home, worker));
  }
  return bothMedians(runs);
}

/** A worker ends after one client: as many forks as clients. */
async function inTheLongRun(side: Side, home: CyrusHome, { path }: CompiledWorker): Promise<Steady> {
  const running = await startSide(side, home, { prefork: 0, backlog: BACKLOG, command: `${path} 1` });
  try {
    await sessions(running.port, FORKS_BEFORE);
    const [began, cpuBefore] = [performance.now(), running.master.cpuMs()];
    await sessions(running.port, FORKS_MEASURED);
    return {
      cpuPerForkMs: (running.master.cpuMs() - cpuBefore) / FORKS_MEASURED,
      forksPerSecond: FORKS_MEASURED / ((performance.now() - began) / 1_000),
    };
  } finally {
    await stopSide(running);
  }
}

async function sessions(port: number, clients: number): Promise<void> {
  for (let sent = 0; sent < clients; sent += BATCH) {
    const { neverGreeted } = await burst({ port, clients: BATCH, session: 'short', limitMs: LIMIT_MS });
    if (neverGreeted > 0) throw new Error(`${neverGreeted} of ${BATCH} clients were not served`);
  }
}

await benchmark(
  'c-worker',
  'the same tiny C worker under Debian Cyrus master (C) and preforkd',
  cyrusMissing() ?? compilerMissing(),
  measure,
);
