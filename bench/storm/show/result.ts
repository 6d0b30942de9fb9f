// The result of a storm as plain data: what --json and --save write, and all that the table and the report are made
// from, so that they cannot disagree. Latencies are milliseconds; null is "never".

import { hostname } from 'node:os';
import { type Latency, latencyOf } from '../load/latency.ts';
import { OUTCOMES, type Outcome } from '../load/outcome.ts';
import { MEASURES, type Measure, type Results } from '../load/results.ts';
import { judge, type Verdict } from '../options/objectives.ts';
import type { StormOptions } from '../options/options.ts';
import type { Measured } from '../storm.ts';
import type { Mark, TroubleReport } from '../trouble/trouble.ts';
import type { Found } from '../watch/find-master.ts';
import type { ListenFigures } from '../watch/proc.ts';
import type { TimelineSample } from '../watch/watcher.ts';
import { evidenceOf } from './evidence.ts';
import { type Machine, thisMachine } from './machine.ts';
import { type MasterSummary, summariseMaster } from './master-summary.ts';

export interface StormResult {
  readonly format: typeof FORMAT;
  readonly preforkd: string;
  /** Repeats the storm, with its seed. A password is left out. */
  readonly command: string;
  readonly seed: string;
  readonly began: string;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly target: string;
  readonly protocol: string;
  readonly load: {
    readonly shape: string;
    readonly connections: number;
    readonly durationMs: number;
    readonly session: string;
  };
  readonly visits: Visits;
  readonly latency: Readonly<Record<Measure, Latency>>;
  /** The most frequent first. */
  readonly reasons: readonly { readonly outcome: Outcome; readonly reason: string; readonly count: number }[];
  readonly generator: { readonly cpuShare: number; readonly sources: number };
  readonly master: MasterSummary | undefined;
  /** How often during the storm, on the whole machine (network namespace). */
  readonly listen: ListenFigures | undefined;
  readonly trouble: readonly TroubleReport[];
  readonly objectives: readonly Verdict[];
  readonly notes: readonly string[];
  readonly machine: Machine;
  readonly timeline: {
    readonly samples: readonly TimelineSample[];
    readonly marks: readonly Mark[];
    /** Milliseconds from the begin: planned, greeted. Evenly left out above MOMENTS_MAX. */
    readonly greetings: readonly (readonly [planned: number, greeted: number])[];
    /** The same: planned, ended. */
    readonly failures: readonly (readonly [planned: number, ended: number, outcome: Outcome])[];
  };
}

/** Connections that were begun, comebacks included, by what became of them. */
export interface Visits extends Readonly<Record<Outcome, number>> {
  readonly all: number;
  readonly greeted: number;
  readonly failed: number;
  readonly cameBack: number;
  readonly gaveUp: number;
  readonly openMost: number;
  readonly greetedPerSecond: number;
}

const FORMAT = 'preforkd-storm/1';
/** More points than that are a blot on any plot. */
const MOMENTS_MAX = 20_000;
const REASONS_MAX = 20;

export interface Telling {
  readonly options: StormOptions;
  readonly measured: Measured;
  readonly found: Found;
  readonly command: string;
  readonly version: string;
}

export function resultOf({ options, measured, found, command, version }: Telling): StormResult {
  const { results, timeline, ms } = measured;
  const { load, seed, target, protocol } = options;
  const listen = differenceOf(timeline.samples);
  const latency = Object.fromEntries(
    Object.keys(MEASURES).map((name) => {
      const measure = name as Measure;
      return [measure, latencyOf(results.histogramOf(measure), results.missing(measure))];
    }),
  ) as Record<Measure, Latency>;
  return {
    format: FORMAT,
    preforkd: version,
    command,
    seed,
    began: measured.began.toISOString(),
    seconds: ms / 1_000,
    interrupted: measured.interrupted,
    target: target.text,
    protocol: protocol.name,
    load: {
      shape: shapeText(load.shape),
      connections: load.connections,
      durationMs: load.durationMs,
      session: load.sessions.text,
    },
    visits: visitsOf(results, ms),
    latency,
    reasons: reasonsOf(results),
    generator: { cpuShare: measured.generatorCpu, sources: measured.sources },
    master: summariseMaster(found.master, timeline),
    listen,
    trouble: measured.trouble,
    objectives: judge(options.objectives, evidenceOf(results, listen)),
    notes: [...found.notes, ...notesOf(results, latency, measured)],
    machine: thisMachine(hostname()),
    timeline: {
      samples: timeline.samples,
      marks: measured.marks,
      ...momentsOf(results, measured.beganAt),
    },
  };
}

function shapeText({ name, times }: StormOptions['load']['shape']): string {
  return times > 1 ? `${name}=${times}` : name;
}

function visitsOf(results: Results, ms: number): Visits {
  const { started, greeted, failed, cameBack, gaveUp, openMost, counts } = results;
  const greetedPerSecond = (greeted / ms) * 1_000;
  return { all: started, greeted, failed, cameBack, gaveUp, openMost, greetedPerSecond, ...counts };
}

function reasonsOf({ reasons }: Results): StormResult['reasons'] {
  return [...reasons]
    .sort(([, one], [, other]) => other - one)
    .slice(0, REASONS_MAX)
    .map(([key, count]) => {
      const [outcome = '', reason = ''] = key.split('\t');
      return { outcome: outcome as Outcome, reason, count };
    });
}

function momentsOf({ moments }: Results, beganAt: number) {
  return {
    greetings: thinned(moments.greetings).map(([planned, greeted]): [number, number] => [
      planned - beganAt,
      greeted - beganAt,
    ]),
    failures: thinned(moments.failures).map(([planned, ended, outcome]): [number, number, Outcome] => [
      planned - beganAt,
      ended - beganAt,
      outcome,
    ]),
  };
}

function thinned<T>(moments: readonly T[]): readonly T[] {
  const each = Math.ceil(moments.length / MOMENTS_MAX);
  return each <= 1 ? moments : moments.filter((_, index) => index % each === 0);
}

function differenceOf(samples: readonly TimelineSample[]): ListenFigures | undefined {
  const [first, last] = [samples.at(0)?.listen, samples.at(-1)?.listen];
  if (first === undefined || last === undefined) return undefined;
  return { overflows: last.overflows - first.overflows, drops: last.drops - first.drops };
}

/** Later than this, and later than a tenth of what was measured, the generator's own delay is worth a word. */
const LATE_MS = 20;

function notesOf({ counts }: Results, { lateness, greeting }: StormResult['latency'], measured: Measured) {
  const notes: string[] = [];
  const late = lateness.p99 ?? 0;
  if (late > LATE_MS && late > (greeting.p99 ?? 0) / 10) {
    notes.push(
      `the generator itself was late: p99 ${Math.round(late)} ms (its processor: ${percent(measured.generatorCpu)})`,
    );
  }
  if (counts.own > 0) {
    notes.push(
      `${counts.own} connections failed for want of a port or a descriptor of the generator: ${OUTCOMES.own.says}`,
    );
  }
  if (measured.sources > 1) notes.push(`ports ran out: ${measured.sources} source addresses were needed`);
  if (measured.interrupted) notes.push('ended before it was over: these are the figures so far');
  return notes;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
