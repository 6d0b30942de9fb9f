// What the storm reads from the master's metrics page: the figures of the service at the target (of all services when
// it is not known which), and those of the supervisor. Counters stay counters here; rates are made by whoever shows them.

import { parsePage, type Sample } from './metrics-page.ts';

export interface ServiceFilter {
  readonly service: string;
  /** Not known when only the name was said. */
  readonly family?: string;
}

/** Gauges of the service, then counters. `ready` includes `starting`, as everywhere in preforkd. */
const SERVICE_METRICS = {
  ready: 'preforkd_ready_workers',
  starting: 'preforkd_starting_workers',
  busy: 'preforkd_busy_workers',
  draining: 'preforkd_draining_workers',
  active: 'preforkd_active_workers',
  queue: 'preforkd_queue_length',
  spawns: 'preforkd_spawns_total',
  spawnFailures: 'preforkd_spawn_failures_total',
  connections: 'preforkd_connections_total',
} as const;

const MASTER_METRICS = {
  turns: 'preforkd_turns_total',
  interruptions: 'preforkd_interruptions_total',
  givenUp: 'preforkd_polls_given_up_total',
  drift: 'preforkd_accounting_drift_total',
  reloads: 'preforkd_reloads_total',
} as const;

const STAGES = 'preforkd_stage_seconds';

type ServiceFigure = keyof typeof SERVICE_METRICS;
type MasterFigure = keyof typeof MASTER_METRICS;

export type Figures = Readonly<Record<ServiceFigure | MasterFigure, number>>;

/** Of one stage of the turn, since the master began. */
export interface StageFigures {
  readonly stage: string;
  readonly seconds: number;
  readonly turns: number;
  /** Upper bound in seconds -> turns that took no longer; ascending. */
  readonly buckets: readonly (readonly [bound: number, turns: number])[];
}

export interface Scrape {
  readonly figures: Figures;
  readonly stages: readonly StageFigures[];
}

const WANTED = new Set<string>([
  ...Object.values(SERVICE_METRICS),
  ...Object.values(MASTER_METRICS),
  ...['_sum', '_count', '_bucket'].map((ending) => STAGES + ending),
]);

/** undefined: this is not the page of a preforkd. */
export function readFigures(page: string, filter: ServiceFilter | undefined): Scrape | undefined {
  const samples = parsePage(page, (name) => WANTED.has(name));
  if (!samples.some(({ name }) => name === MASTER_METRICS.turns)) return undefined;
  const sums = new Map<string, number>();
  for (const sample of samples) {
    if (isOfService(sample) && !fits(sample, filter)) continue;
    sums.set(sample.name, (sums.get(sample.name) ?? 0) + sample.value);
  }
  const metrics = Object.entries({ ...SERVICE_METRICS, ...MASTER_METRICS });
  const figures = Object.fromEntries(metrics.map(([figure, metric]) => [figure, sums.get(metric) ?? 0]));
  return { figures: figures as Figures, stages: readStages(samples) };
}

function isOfService({ labels }: Sample): boolean {
  return labels.service !== undefined;
}

function fits({ labels }: Sample, filter: ServiceFilter | undefined): boolean {
  if (labels.kind !== 'service') return false;
  if (filter === undefined) return true;
  if (labels.service !== filter.service) return false;
  return filter.family === undefined || labels.family === filter.family;
}

function readStages(samples: readonly Sample[]): readonly StageFigures[] {
  const ofStages = samples.filter(
    ({ name, labels }) => name.startsWith(STAGES) && labels.stage !== undefined,
  );
  const stages = [...new Set(ofStages.map(({ labels }) => labels.stage ?? ''))];
  return stages.map((stage) => {
    const own = ofStages.filter(({ labels }) => labels.stage === stage);
    const readingOf = (ending: string) => own.find(({ name }) => name === STAGES + ending)?.value ?? 0;
    const buckets = own
      .filter(({ name }) => name === `${STAGES}_bucket`)
      .map(({ labels, value }): [number, number] => [boundOf(labels.le), value])
      .sort(([one], [other]) => one - other);
    return { stage, seconds: readingOf('_sum'), turns: readingOf('_count'), buckets };
  });
}

function boundOf(text: string | undefined): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}
