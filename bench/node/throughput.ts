// Steady load on the same application under each side: requests on connections that are kept, a connection for each
// request, and an echo, each as fast as so many clients can (closed loop, for throughput and CPU per request); and a
// storm at a fixed rate (open loop, for latency). The generator shares the processors with the servers, so a side that
// costs less leaves it more: the ratios are those of the whole. Prints JSON.

import { median, spread, watchMachine } from '../lib/statistics.ts';
import { storm } from '../lib/storm.ts';
import type { AppKind } from './app/handler.ts';
import type { Mode } from './load/order.ts';
import { load } from './load/start.ts';
import { leftOut, SIDES, withSides } from './sides/index.ts';
import type { RunningSide, SideName } from './sides/side.ts';

const WORKERS = 2;
const CLIENTS = 32;
const ROUNDS = 5;
const ROUND_MS = 1_500;
const WARM_UP_MS = 1_000;
const ANSWER_LIMIT_MS = 10_000;
const STORM_ROUNDS = 3;
const STORM_SECONDS = 3;
/** Well below what any side can do: latency, not exhaustion. */
const STORM_PER_SECOND = 400;

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the side's processes, without the generator's. */
  readonly cpuMsPerRequest: number;
  readonly lost: number;
  readonly generatorCpuShare: number;
  /** Of the busiest worker; undefined where answers do not tell who gave them. */
  readonly busiestShare: number | undefined;
}

async function oneRound(side: RunningSide, mode: Mode, ms: number): Promise<Round> {
  const cpuBefore = side.cpuMs();
  const { flows, cpuShare } = await load({
    port: side.port,
    ms,
    answerLimitMs: ANSWER_LIMIT_MS,
    flows: [{ mode, clients: CLIENTS, path: '/', everyMs: 0 }],
  });
  const flow = flows[0];
  if (!flow) throw new Error('the load generator has measured nothing');
  const workers = Object.values(flow.byWorker);
  return {
    perSecond: flow.perSecond,
    p50: flow.latency.p50,
    p99: flow.latency.p99,
    cpuMsPerRequest: (side.cpuMs() - cpuBefore) / flow.answered,
    lost: Object.values(flow.lost).reduce((sum, count) => sum + count, 0),
    generatorCpuShare: cpuShare,
    busiestShare: workers.length === 0 ? undefined : Math.max(...workers) / flow.answered,
  };
}

function summary(name: SideName, rounds: readonly Round[]) {
  const of = (field: keyof Round) => median(rounds.map((round) => round[field] ?? Number.NaN));
  return {
    side: name,
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    cpuMsPerRequest: of('cpuMsPerRequest'),
    lost: rounds.reduce((sum, { lost }) => sum + lost, 0),
    generatorCpuShare: of('generatorCpuShare'),
    busiestShare: rounds.some(({ busiestShare }) => busiestShare !== undefined) ? of('busiestShare') : null,
    rounds: rounds.map(({ perSecond }) => perSecond),
  };
}

async function closedLoop(running: readonly RunningSide[], mode: Mode) {
  const rounds = new Map<SideName, Round[]>(running.map(({ name }) => [name, []]));
  for (const side of running) await oneRound(side, mode, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of turned(running, round))
      rounds.get(side.name)?.push(await oneRound(side, mode, ROUND_MS));
    process.stderr.write(`node-throughput: ${mode}, round ${round + 1} of ${ROUNDS}\n`);
  }
  const sides = [...rounds].map(([name, measured]) => summary(name, measured));
  return { mode, clients: CLIENTS, sides, ratios: ratiosOf(sides) };
}

/** Ours to each other: of the medians, and the median of the ratios within each round. */
function ratiosOf(sides: readonly ReturnType<typeof summary>[]) {
  const [ours, ...others] = sides;
  return others.map((other) => ({
    to: other.side,
    ofMedians: (ours?.perSecond ?? Number.NaN) / other.perSecond,
    paired: spread(other.rounds.map((theirs, round) => (ours?.rounds[round] ?? Number.NaN) / theirs)),
  }));
}

/** Each round begins with another side, so that none always comes after the same one. */
function turned<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

async function openLoop(running: readonly RunningSide[]) {
  const greetings = new Map(
    running.map(({ name }) => [name, [] as { p50: number; p99: number; failed: number }[]]),
  );
  for (let round = 0; round < STORM_ROUNDS; round++) {
    for (const side of running) {
      const words = [
        '--shape',
        'poisson',
        '--rate',
        `${STORM_PER_SECOND}/s`,
        '--duration',
        `${STORM_SECONDS}s`,
      ];
      const seed = ['--seed', String(round + 1), '--no-master'];
      const { latency, visits } = await storm(['http', `127.0.0.1:${side.port}`, ...words, ...seed]);
      greetings.get(side.name)?.push({
        // JSON knows no infinity: a percentile that is "never" becomes null there.
        p50: latency.greeting.p50 ?? Number.POSITIVE_INFINITY,
        p99: latency.greeting.p99 ?? Number.POSITIVE_INFINITY,
        failed: visits.failed,
      });
    }
    process.stderr.write(`node-throughput: storm, round ${round + 1} of ${STORM_ROUNDS}\n`);
  }
  return {
    perSecond: STORM_PER_SECOND,
    seconds: STORM_SECONDS,
    sides: [...greetings].map(([side, rounds]) => ({
      side,
      p50: median(rounds.map(({ p50 }) => p50)),
      p99: median(rounds.map(({ p99 }) => p99)),
      failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
    })),
  };
}

async function measure() {
  const machine = watchMachine();
  const order = (kind: AppKind) => ({ kind, workers: WORKERS });
  const http = await withSides(SIDES, order('http'), async (running) => ({
    loops: [await closedLoop(running, 'keep-alive'), await closedLoop(running, 'connections')],
    storm: await openLoop(running),
  }));
  const echo = await withSides(SIDES, order('echo'), (running) => closedLoop(running, 'echo'));
  return {
    name: 'node-throughput',
    what: `${WORKERS} workers of one Node program, ${CLIENTS} clients as fast as they can, on processors shared with them`,
    machine: machine(),
    leftOut: leftOut(SIDES),
    workers: WORKERS,
    rounds: ROUNDS,
    roundMs: ROUND_MS,
    loops: [...http.loops, echo],
    storm: http.storm,
  };
}

export type NodeThroughput = Awaited<ReturnType<typeof measure>>;

process.stdout.write(`${JSON.stringify(await measure(), undefined, 2)}\n`);
