// The comparison of policies for real: the same core in a process of its own (bench/rig), the same workers, the same
// bursts, only the policy exchanged; interleaved, several times. The clients are in this process. Those who stay do so
// until the last has been greeted, which no planned hold of a storm can know: so bench/lib/burst.ts sends them.
// Prints JSON. Usage: node dist/bench/policies/real.js [repetitions]

import { benchmark, progress, type Result } from '../lib/benchmark.ts';
import type { PolicyName } from './index.ts';
import { type Range, range } from './range.ts';
import { type Measured, measureBurst, type RealBurst } from './real/burst.ts';
import { availableWorkers, type Workers } from './real/workers.ts';
import { POLICY_SAYS } from './says.ts';

const REPETITIONS = Number(process.argv[2] ?? 3);

const ON_DEMAND: readonly PolicyName[] = [
  'queue-proportional',
  'start-cap-2',
  'without-start-cap',
  'one-at-a-time',
];
/**
 * Those of them that can come to a hundred workers within the limit; the simulator shows the others. Only with the last
 * kind of workers: what they wait for is the beat, whoever is started.
 */
const ON_HEARTBEAT: readonly PolicyName[] = ['apache-doubling', 'uwsgi-backlog-eager'];

interface Case extends RealBurst {
  readonly name: string;
  readonly says: string;
  readonly policies: readonly PolicyName[];
}

const HELD = { session: 'held', limitMs: 9_000 } as const;

const CASES: readonly Case[] = [
  {
    ...HELD,
    name: 'held-100',
    says: 'a burst of 100 clients who stay, prefork 5',
    clients: 100,
    prefork: 5,
    policies: [...ON_DEMAND, ...ON_HEARTBEAT],
  },
  {
    ...HELD,
    name: 'held-200',
    says: 'a burst of 200 clients who stay, prefork 0',
    clients: 200,
    prefork: 0,
    policies: ON_DEMAND,
  },
  {
    name: 'short-300',
    says: 'a burst of 300 clients who leave at once, prefork 5',
    clients: 300,
    prefork: 5,
    session: 'short',
    limitMs: 9_000,
    policies: [...ON_DEMAND, 'without-released', ...ON_HEARTBEAT],
  },
];

const FIGURES = [
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'lastMs',
  'neverGreeted',
  'spawned',
  'mostAlive',
] as const satisfies readonly (keyof Measured)[];
type FigureName = (typeof FIGURES)[number];

/** Each over the repetitions. */
interface Row extends Readonly<Record<FigureName, Range>> {
  readonly policy: PolicyName;
  readonly says: string;
}

interface CaseResult {
  readonly name: string;
  readonly says: string;
  readonly workers: Workers['kind'];
  readonly clients: number;
  readonly limitMs: number;
  readonly rows: readonly Row[];
}

interface Figures {
  readonly repetitions: number;
  /** Which workers are not here, and why. */
  readonly left: readonly string[];
  readonly cases: readonly CaseResult[];
}

export type PoliciesRealResult = Result<Figures>;

/** One case with one policy. */
interface Side {
  readonly workers: Workers;
  readonly burst: Case;
  readonly policy: PolicyName;
  readonly measured: Measured[];
}

async function measure(workers: readonly Workers[], left: readonly string[]): Promise<Figures> {
  const sides = workers.flatMap((kind) =>
    CASES.flatMap((each) => sidesOf(kind, each, kind === workers.at(-1))),
  );
  for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
    for (const side of sides) {
      const measured = await measureBurst(side.workers, side.burst, { policy: side.policy });
      side.measured.push(measured);
      progress(`policies-real ${repetition}/${REPETITIONS}: ${lineOf(side, measured)}`);
    }
  }
  const cases = workers.flatMap((kind) => CASES.map((each) => caseResult(kind, each, sides)));
  return { repetitions: REPETITIONS, left, cases };
}

function sidesOf(workers: Workers, burst: Case, withHeartbeat: boolean): readonly Side[] {
  return burst.policies
    .filter((policy) => withHeartbeat || !ON_HEARTBEAT.includes(policy))
    .map((policy) => ({ workers, burst, policy, measured: [] }));
}

function lineOf({ workers, burst, policy }: Side, { lastMs, spawned, neverGreeted }: Measured): string {
  return `${workers.kind}, ${burst.name}, ${policy}: ${Math.round(lastMs)} ms, ${spawned} spawned, ${neverGreeted} never greeted`;
}

function caseResult(workers: Workers, burst: Case, sides: readonly Side[]): CaseResult {
  const { name, says, clients, limitMs } = burst;
  const own = sides.filter((side) => side.workers === workers && side.burst === burst);
  return { name, says, workers: workers.kind, clients, limitMs, rows: own.map(row) };
}

function row({ policy, measured }: Side): Row {
  const figures = FIGURES.map((figure) => [figure, range(measured.map((each) => each[figure]))]);
  return { policy, says: POLICY_SAYS[policy], ...(Object.fromEntries(figures) as Record<FigureName, Range>) };
}

const { workers, left } = availableWorkers();
try {
  await benchmark(
    'policies-real',
    'spawn policies in the same core, in a process of its own, with real workers and clients',
    workers.length === 0 ? left.join('; ') : undefined,
    () => measure(workers, left),
  );
} finally {
  for (const each of workers) each.dispose();
}
