// --slo: what must hold. `p99=500ms` is about the greeting, counted over all arrivals: those who never had one are
// later than any limit. `errors=0`, `errors=1%` are about failed visits. Read here, judged here, after the storm.

import { err, ok, type Result } from '../../../src/lib/result.ts';
import type { Measure } from '../load/results.ts';
import { count, duration, share } from './words.ts';

export type Objective =
  | {
      readonly kind: 'latency';
      readonly text: string;
      readonly measure: Measure;
      readonly percent: number;
      readonly mostMs: number;
    }
  | { readonly kind: 'count'; readonly text: string; readonly counted: Counted; readonly most: number }
  | { readonly kind: 'share'; readonly text: string; readonly counted: Counted; readonly most: number };

/** What is counted against the number of visits; the last two are the kernel's. */
export const COUNTED = [
  'errors',
  'refused',
  'timeouts',
  'resets',
  'cut',
  'wrong',
  'overflows',
  'drops',
] as const;
export type Counted = (typeof COUNTED)[number];

const MEASURED: Readonly<Record<string, Measure>> = {
  connect: 'connect',
  greeting: 'greeting',
  'after-connect': 'afterConnect',
  session: 'session',
  served: 'served',
};
const MAXIMUM = 100;
const COUNT_MAX = 1_000_000_000;
const FORMS =
  'write p99=500ms, max=2s, session.p95=1s (connect, after-connect, greeting, session, served), ' +
  `or errors=0, errors=1% (${COUNTED.join(', ')})`;

export function parseObjectives(text: string): Result<readonly Objective[], string> {
  const objectives: Objective[] = [];
  for (const part of text.split(',')) {
    const objective = parseObjective(part.trim());
    if (!objective.ok) return objective;
    objectives.push(objective.value);
  }
  return ok(objectives);
}

function parseObjective(text: string): Result<Objective, string> {
  const match = /^(?:([a-z-]+)\.)?([a-z]+|p\d{1,2}(?:\.\d{1,3})?)=(.+)$/.exec(text);
  if (match === null) return err(`"${text}" is not an objective; ${FORMS}`);
  const [, measureName = 'greeting', what = '', limit = ''] = match;
  const percent = what === 'max' ? MAXIMUM : Number(/^p([\d.]+)$/.exec(what)?.[1]);
  if (percent > 0) {
    const measure = Object.hasOwn(MEASURED, measureName) ? MEASURED[measureName] : undefined;
    if (measure === undefined) return err(`"${text}": there is no measure "${measureName}"; ${FORMS}`);
    const mostMs = duration(limit);
    if (!mostMs.ok) return err(`"${text}": ${mostMs.error}`);
    return ok({ kind: 'latency', text, measure, percent, mostMs: mostMs.value });
  }
  const counted = COUNTED.find((name) => name === what);
  if (counted === undefined || match[1] !== undefined) return err(`"${text}" is not an objective; ${FORMS}`);
  if (limit.endsWith('%')) {
    const most = share(limit);
    return most.ok ? ok({ kind: 'share', text, counted, most: most.value }) : err(`"${text}": ${most.error}`);
  }
  const most = count(COUNT_MAX, 0)(limit);
  return most.ok ? ok({ kind: 'count', text, counted, most: most.value }) : err(`"${text}": ${most.error}`);
}

/** What a storm has to say to objectives. undefined: that was not measured. */
export interface Evidence {
  readonly visits: number;
  /** null: never. */
  percentileMs(measure: Measure, percent: number): number | null | undefined;
  counted(what: Counted): number | undefined;
}

export interface Verdict {
  readonly objective: string;
  /** For a person. */
  readonly measured: string;
  /** What was not measured does not hold. */
  readonly holds: boolean;
}

export function judge(objectives: readonly Objective[], evidence: Evidence): readonly Verdict[] {
  return objectives.map((objective) => ({ objective: objective.text, ...judgeOne(objective, evidence) }));
}

function judgeOne(objective: Objective, evidence: Evidence): Omit<Verdict, 'objective'> {
  if (objective.kind === 'latency') {
    const ms = evidence.percentileMs(objective.measure, objective.percent);
    if (ms === undefined) return NOT_MEASURED;
    return ms === null
      ? { measured: 'never', holds: false }
      : { measured: `${Number(ms.toFixed(1))} ms`, holds: ms <= objective.mostMs };
  }
  const counted = evidence.counted(objective.counted);
  if (counted === undefined || evidence.visits === 0) return NOT_MEASURED;
  if (objective.kind === 'count') return { measured: `${counted}`, holds: counted <= objective.most };
  const part = counted / evidence.visits;
  return { measured: `${Number((part * 100).toFixed(2))} %`, holds: part <= objective.most };
}

const NOT_MEASURED = { measured: 'not measured', holds: false };
