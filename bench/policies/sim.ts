// The comparison of policies on the simulated kernel: the same core, the same seeded storms, two simulated processors.
// Deterministic: every run on every machine prints the same figures but for those of the machine itself.
// Prints JSON. Usage: node dist/bench/policies/sim.js [seeds]

import { benchmark, progress, type Result } from '../lib/benchmark.ts';
import { POLICY_NAMES, type PolicyName } from './index.ts';
import { type Range, range } from './range.ts';
import { POLICY_SAYS } from './says.ts';
import { type SimStorm, STORMS } from './sim/storms.ts';
import { COSTS, type Figures, PROCESSORS, SPAWN_MS, simulate } from './sim/world.ts';

const SEEDS = Number(process.argv[2] ?? 5);
/** Of a curve: more is finer than any plot. */
const POINTS_MAX = 50;

/** The storm whose greetings are kept one by one. */
const DRAWN = 'held-5';

const FIGURES = [
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'lastGreetingMs',
  'lastOverMs',
  'neverGreeted',
  'spawned',
  'mostAlive',
  'wasted',
] as const;
type FigureName = (typeof FIGURES)[number];

/** Each over the seeds. */
interface Row extends Readonly<Record<FigureName, Range>> {
  readonly policy: PolicyName;
  readonly says: string;
  /** In one of the storms, of the first seed: ms from the begin of the storm, clients greeted so far. */
  readonly greeted: readonly (readonly [ms: number, clients: number])[];
}

interface StormFigures
  extends Pick<SimStorm, 'name' | 'says' | 'clients' | 'prefork' | 'limitMs' | 'judged'> {
  readonly rows: readonly Row[];
}

interface SimFigures {
  readonly seeds: number;
  readonly processors: number;
  /** Processor time, ms. */
  readonly costs: typeof COSTS & { readonly spawnMs: number };
  readonly storms: readonly StormFigures[];
}

export type PoliciesSimResult = Result<SimFigures>;

function stormFigures(storm: SimStorm): StormFigures {
  const { name, says, clients, prefork, limitMs, judged } = storm;
  progress(`policies-sim: ${says}`);
  return {
    name,
    says,
    clients,
    prefork,
    limitMs,
    judged,
    rows: POLICY_NAMES.map((policy) => row(storm, policy)),
  };
}

function row(storm: SimStorm, policy: PolicyName): Row {
  const runs = Array.from({ length: SEEDS }, (_, index) => simulate(storm, policy, index + 1));
  const figures = FIGURES.map((figure) => [figure, range(runs.map((run) => run[figure]))]);
  return {
    policy,
    says: POLICY_SAYS[policy],
    ...(Object.fromEntries(figures) as Record<FigureName, Range>),
    greeted: curve(storm, runs[0]),
  };
}

function curve(storm: SimStorm, run: Figures | undefined): Row['greeted'] {
  if (storm.name !== DRAWN) return [];
  const moments = run?.greetedAtMs ?? [];
  const each = Math.max(1, Math.ceil(moments.length / POINTS_MAX));
  const points = moments.map((ms, index): [number, number] => [Math.round(ms), index + 1]);
  return points.filter((_, index) => index % each === 0 || index === points.length - 1);
}

await benchmark(
  'policies-sim',
  'spawn policies in the same core on the simulated kernel, the same storms by the same seeds',
  undefined,
  async () => ({
    seeds: SEEDS,
    processors: PROCESSORS,
    costs: { ...COSTS, spawnMs: SPAWN_MS },
    storms: STORMS.map(stormFigures),
  }),
);
