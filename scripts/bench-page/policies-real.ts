// The spawn policies in the same core, for real: the same workers and clients on the machine of the benchmark.

import type { PoliciesRealResult } from '../../bench/policies/real.ts';
import type { ToneName } from '../../bench/storm/report/theme.ts';
import type { Part, Plot } from './part.ts';
import { bars } from './plots.ts';
import { table } from './text.ts';

type Case = PoliciesRealResult['cases'][number];
type Row = Case['rows'][number];

const DRAWN: readonly (readonly [Row['policy'], ToneName])[] = [
  ['queue-proportional', 'blue'],
  ['start-cap-2', 'violet'],
  ['one-at-a-time', 'amber'],
  ['without-start-cap', 'grey'],
];

export const part: Part = {
  name: 'policies-real',
  heading: 'Spawn policies, for real',
  render({ repetitions, left, cases }: PoliciesRealResult) {
    const missing = left.map((reason) => `Left out here: ${reason}.\n`).join('');
    return {
      markdown: `
The core in a process of its own, with the policy exchanged; the same workers, the same bursts, interleaved, ${repetitions} times.
Medians in milliseconds, least and most in brackets. Of clients who stay "last" is the last greeting, of those who leave at
once the end of the last session. Policies with a heartbeat are shown where their workers are dear; those that could not come
to so many workers within the limit are only simulated. The clients are a process of the same machine.
${missing}
${cases.map(caseText).join('\n')}`,
      plots: kindsOf(cases).map((kind) => plot(kind, cases)),
      goals: [],
    };
  },
};

function caseText({ workers, says, limitMs, rows }: Case): string {
  const cells = rows.map((row) => {
    const never = row.neverGreeted.most ?? 0;
    return [
      row.says,
      text(row.lastMs) + (never > 0 ? `, up to ${never} not within ${limitMs / 1_000} s` : ''),
      text(row.p50Ms),
      text(row.p95Ms),
      text(row.spawned),
    ];
  });
  return `**${workers}**: ${says}\n\n${table(['policy', 'last', 'p50 greeting', 'p95 greeting', 'workers spawned'], cells)}`;
}

function text({ median, least, most }: Row['lastMs']): string {
  return `${whole(median)} (${whole(least)}-${whole(most)})`;
}

function whole(value: number | null): string {
  return value === null ? 'never' : Math.round(value).toLocaleString('en');
}

function kindsOf(cases: readonly Case[]): readonly Case['workers'][] {
  return [...new Set(cases.map(({ workers }) => workers))];
}

function plot(kind: Case['workers'], cases: readonly Case[]): Plot {
  const own = cases.filter(({ workers }) => workers === kind);
  const series = DRAWN.map(([policy, tone]) => {
    const rows = own.map((each) => each.rows.find((row) => row.policy === policy));
    const name = rows.find((row) => row !== undefined)?.says ?? policy;
    return { name, tone, values: rows.map((row) => row?.lastMs.median ?? null) };
  });
  return {
    name: `policies-real-${kind.toLowerCase().replace(/\W/g, '-')}`,
    title: `Until the last client was through, workers: ${kind}`,
    option: bars(
      own.map(({ name }) => name),
      series,
      { unit: 'ms' },
    ),
  };
}
