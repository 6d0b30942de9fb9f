// What the storm did to the master, from its time line: differences of counters, and the least and most of gauges. Pure.

import type { Figures, StageFigures } from '../watch/figures.ts';
import type { Master } from '../watch/find-master.ts';
import type { ProcessFigures } from '../watch/proc.ts';
import type { Timeline } from '../watch/watcher.ts';

export interface MasterSummary {
  readonly pid: number | undefined;
  /** undefined: figures are of all its services. */
  readonly service: string | undefined;
  /** undefined: no metrics. */
  readonly workers: WorkerSummary | undefined;
  /** undefined: the process is not known. */
  readonly process: ProcessSummary | undefined;
  readonly stages: readonly StageSummary[];
}

export interface WorkerSummary {
  readonly queueMost: number;
  readonly activeMost: number;
  readonly busyMost: number;
  readonly startingMost: number;
  readonly spawns: number;
  /** Between two samples. */
  readonly spawnsPerSecondMost: number;
  readonly spawnFailures: number;
  readonly connections: number;
  readonly turns: number;
  readonly interruptions: number;
  readonly pollsGivenUp: number;
  /** At the end; must be 0. */
  readonly drift: number;
}

export interface ProcessSummary {
  readonly cpuSeconds: number;
  /** Of one processor, over the storm. */
  readonly cpuShare: number;
  readonly memoryBytesMost: number;
  readonly childrenMost: number;
}

export interface StageSummary {
  readonly stage: string;
  readonly turns: number;
  readonly seconds: number;
  readonly meanMs: number;
  /** The bound of the bucket that 99 in 100 turns stay below: the histogram knows no more. null: above all bounds. */
  readonly p99Ms: number | null;
}

const P99 = 0.99;

export function summariseMaster(master: Master | undefined, timeline: Timeline): MasterSummary | undefined {
  if (master === undefined) return undefined;
  const { service } = master;
  return {
    pid: master.pid,
    service: service && [service.service, service.family].filter(Boolean).join('/'),
    workers: workersOf(timeline),
    process: processOf(timeline),
    stages: stagesOf(timeline.stages),
  };
}

function workersOf({ samples }: Timeline): WorkerSummary | undefined {
  const scraped = samples.flatMap(({ atMs, figures }) => (figures === undefined ? [] : [{ atMs, figures }]));
  const [first, last] = [scraped.at(0), scraped.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const most = (figure: keyof Figures) => Math.max(...scraped.map(({ figures }) => figures[figure]));
  const grown = (figure: keyof Figures) => last.figures[figure] - first.figures[figure];
  const rates = scraped.slice(1).map(({ atMs, figures }, index) => {
    const before = scraped[index] ?? first;
    return ((figures.spawns - before.figures.spawns) / Math.max(1, atMs - before.atMs)) * 1_000;
  });
  return {
    queueMost: most('queue'),
    activeMost: most('active'),
    busyMost: most('busy'),
    startingMost: most('starting'),
    spawns: grown('spawns'),
    spawnsPerSecondMost: Math.max(0, ...rates),
    spawnFailures: grown('spawnFailures'),
    connections: grown('connections'),
    turns: grown('turns'),
    interruptions: grown('interruptions'),
    pollsGivenUp: grown('givenUp'),
    drift: last.figures.drift,
  };
}

function processOf({ samples }: Timeline): ProcessSummary | undefined {
  const seen = samples.flatMap(({ atMs, process }) => (process === undefined ? [] : [{ atMs, process }]));
  const [first, last] = [seen.at(0), seen.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const most = (figure: keyof ProcessFigures) => Math.max(...seen.map(({ process }) => process[figure]));
  const cpuSeconds = last.process.cpuSeconds - first.process.cpuSeconds;
  return {
    cpuSeconds,
    cpuShare: (cpuSeconds * 1_000) / Math.max(1, last.atMs - first.atMs),
    memoryBytesMost: most('memoryBytes'),
    childrenMost: most('children'),
  };
}

function stagesOf(stages: Timeline['stages']): readonly StageSummary[] {
  if (stages === undefined) return [];
  const [before, after] = stages;
  return after.map((last) => {
    const first = before.find(({ stage }) => stage === last.stage);
    const turns = last.turns - (first?.turns ?? 0);
    const seconds = last.seconds - (first?.seconds ?? 0);
    return {
      stage: last.stage,
      turns,
      seconds,
      meanMs: turns === 0 ? 0 : (seconds * 1_000) / turns,
      p99Ms: boundMs(first, last, turns * P99),
    };
  });
}

/** The lowest bound that so many turns stayed below. */
function boundMs(first: StageFigures | undefined, last: StageFigures, turns: number): number | null {
  const reached = last.buckets.find(([bound, count]) => {
    const before = first?.buckets.find(([one]) => one === bound)?.[1] ?? 0;
    return count - before >= turns;
  });
  if (reached === undefined || reached[0] === Number.POSITIVE_INFINITY) return null;
  return reached[0] * 1_000;
}
