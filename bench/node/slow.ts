// 200 requests at once, each on its own connection, of three kinds: that wait without a processor (a timer stands for
// another machine's answer), that block their process without one (a synchronous call), that burn one. A fixed number
// of workers against preforkd's workers on demand, one client each. Prints JSON.

import { median, watchMachine } from '../lib/statistics.ts';
import { load } from './load/start.ts';
import { until } from './sides/home.ts';
import { leftOut, SIDES_AND_ON_DEMAND, withSides } from './sides/index.ts';
import type { RunningSide, SideName } from './sides/side.ts';

const WORKERS = 2;
const REQUESTS = 200;
const REPETITIONS = 3;
const LOAD_LIMIT_MS = 30_000;
/** Between bursts: workers that a burst has brought are ended in it. */
const REST_LIMIT_MS = 15_000;

const KINDS = [
  { kind: 'waits', path: '/slow?ms=200', what: '200 ms without a processor, the process goes on' },
  { kind: 'blocks', path: '/block?ms=20', what: '20 ms without a processor, the process stands still' },
  { kind: 'burns', path: '/burn?ms=20', what: '20 ms of a processor' },
] as const;
type Kind = (typeof KINDS)[number];

interface Burst {
  readonly p50: number;
  readonly lastMs: number;
  readonly lost: number;
  readonly workers: number;
}

async function oneBurst(side: RunningSide, { path }: Kind): Promise<Burst> {
  const flow = { mode: 'connections', clients: REQUESTS, path, everyMs: 0, requests: 1 } as const;
  const { flows } = await load({
    port: side.port,
    ms: LOAD_LIMIT_MS,
    answerLimitMs: LOAD_LIMIT_MS,
    flows: [flow],
  });
  const [measured] = flows;
  if (!measured) throw new Error('the load generator has measured nothing');
  const burst = {
    p50: measured.latency.p50,
    lastMs: measured.latency.max,
    lost: Object.values(measured.lost).reduce((sum, count) => sum + count, 0),
    workers: Object.keys(measured.byWorker).length,
  };
  await until(
    () => side.living().length <= WORKERS,
    REST_LIMIT_MS,
    () => `${side.living().length} workers are left under ${side.name}`,
  );
  return burst;
}

function summary(name: SideName, bursts: readonly Burst[]) {
  const of = (field: keyof Burst) => median(bursts.map((burst) => burst[field]));
  return {
    side: name,
    p50: of('p50'),
    lastMs: of('lastMs'),
    workers: of('workers'),
    lost: bursts.reduce((sum, { lost }) => sum + lost, 0),
  };
}

async function bursts(running: readonly RunningSide[], kind: Kind) {
  const measured = new Map<SideName, Burst[]>(running.map(({ name }) => [name, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const side of running) measured.get(side.name)?.push(await oneBurst(side, kind));
    process.stderr.write(`node-slow: ${kind.kind}, ${repetition + 1} of ${REPETITIONS}\n`);
  }
  return { ...kind, sides: [...measured].map(([name, all]) => summary(name, all)) };
}

async function measure() {
  const machine = watchMachine();
  const kinds = await withSides(SIDES_AND_ON_DEMAND, { kind: 'http', workers: WORKERS }, async (running) => [
    await bursts(running, KINDS[0]),
    await bursts(running, KINDS[1]),
    await bursts(running, KINDS[2]),
  ]);
  return {
    name: 'node-slow',
    what: `${REQUESTS} slow requests at once, ${WORKERS} workers`,
    machine: machine(),
    leftOut: leftOut(SIDES_AND_ON_DEMAND),
    requests: REQUESTS,
    repetitions: REPETITIONS,
    kinds,
  };
}

export type NodeSlow = Awaited<ReturnType<typeof measure>>;

process.stdout.write(`${JSON.stringify(await measure(), undefined, 2)}\n`);
