// `cyrus-released`: the candidates for the estimate of completions (bench/policies/estimators.ts), each in the same core,
// on real imapd. Short sessions say whether it starts too many workers, held ones whether it starts too few. The order
// of the candidates changes from round to round, for the machine's speed does too.

import { benchmark, progress } from '../lib/benchmark.ts';
import { median } from '../lib/statistics.ts';
import { ESTIMATOR_NAMES, type EstimatorName } from '../policies/estimators.ts';
import { type Measured, measureBurst, type RealBurst } from '../policies/real/burst.ts';
import { imapdWorkers, type Workers } from '../policies/real/workers.ts';
import { cyrusMissing } from '../setup/cyrus.ts';

const ROUNDS = 3;
const LIMIT_MS = 30_000;

const LOADS = {
  'short-0': { clients: 500, prefork: 0, session: 'short', limitMs: LIMIT_MS },
  'short-5': { clients: 500, prefork: 5, session: 'short', limitMs: LIMIT_MS },
  'held-0': { clients: 100, prefork: 0, session: 'held', limitMs: LIMIT_MS },
} as const satisfies Readonly<Record<string, RealBurst>>;
type LoadName = keyof typeof LOADS;

export interface ReleasedRow {
  readonly estimator: EstimatorName;
  /** Medians: until the last client was through, and how many workers were started. */
  readonly loads: Readonly<Record<LoadName, { readonly lastMs: number; readonly spawned: number }>>;
}

export interface CyrusReleased {
  readonly rounds: number;
  readonly loads: typeof LOADS;
  readonly rows: readonly ReleasedRow[];
}

type Runs = Record<LoadName, Measured[]>;

async function measure(): Promise<CyrusReleased> {
  const workers = imapdWorkers();
  try {
    return { rounds: ROUNDS, loads: LOADS, rows: await allRounds(workers) };
  } finally {
    workers.dispose();
  }
}

async function allRounds(workers: Workers): Promise<readonly ReleasedRow[]> {
  const names = Object.keys(LOADS) as LoadName[];
  const runs = new Map<EstimatorName, Runs>();
  for (const estimator of ESTIMATOR_NAMES)
    runs.set(estimator, { 'short-0': [], 'short-5': [], 'held-0': [] });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      for (const estimator of turned(ESTIMATOR_NAMES, round)) {
        runs.get(estimator)?.[name].push(await measureBurst(workers, LOADS[name], { estimator }));
      }
    }
    progress(`estimates of completions: round ${round + 1} of ${ROUNDS}`);
  }
  return [...runs].map(([estimator, of]) => ({
    estimator,
    loads: Object.fromEntries(names.map((name) => [name, summary(of[name])])) as ReleasedRow['loads'],
  }));
}

function summary(runs: readonly Measured[]) {
  return {
    lastMs: median(runs.map(({ lastMs }) => lastMs)),
    spawned: median(runs.map(({ spawned }) => spawned)),
  };
}

/** The same, another one first. */
function turned<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

await benchmark(
  'cyrus-released',
  'candidates for the estimate of completions, on imapd',
  cyrusMissing(),
  measure,
);
