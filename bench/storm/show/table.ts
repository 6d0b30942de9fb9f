// The result of a storm for a person, on a terminal. Everything in it is taken from the result. What a service said is
// made printable, for it ends on somebody's terminal. Pure.

import { type Column, tableText } from '../../../src/cli/table.ts';
import { countText, durationText, printable, sizeText } from '../../../src/lib/text.ts';
import type { Latency, PercentName } from '../load/latency.ts';
import { OUTCOMES, type Outcome } from '../load/outcome.ts';
import { MEASURES, type Measure } from '../load/results.ts';
import type { StormResult } from './result.ts';

interface LatencyRow {
  readonly name: string;
  readonly latency: Latency;
}

const ms = (value: number | null) => (value === null ? 'never' : durationText(value));
const percentile = (name: PercentName) => ({
  title: name.toUpperCase(),
  align: 'right' as const,
  cell: ({ latency }: LatencyRow) => ms(latency[name]),
});

const LATENCY: readonly Column<LatencyRow>[] = [
  { title: 'LATENCY', cell: ({ name }) => name },
  { title: 'COUNT', align: 'right', cell: ({ latency }) => `${latency.count}` },
  percentile('p50'),
  percentile('p90'),
  percentile('p95'),
  percentile('p99'),
  percentile('p999'),
  { title: 'MAX', align: 'right', cell: ({ latency }) => ms(latency.max) },
];

export function stormTable(result: StormResult): string {
  return [
    headText(result),
    visitsText(result),
    latencyText(result),
    reasonsText(result),
    masterText(result),
    troubleText(result),
    objectivesText(result),
    result.notes.map((note) => `! ${printable(note)}\n`).join(''),
    `again: ${result.command}\n`,
  ]
    .filter((block) => block !== '')
    .join('\n');
}

function headText({ protocol, target, load, seconds, seed }: StormResult): string {
  const span = load.durationMs > 0 ? ` over ${durationText(load.durationMs)}` : '';
  return (
    `storm: ${protocol} at ${printable(target)}, ${countText(load.connections, 'connection')} (${load.shape})${span}, ` +
    `session ${load.session}, seed ${seed}; took ${durationText(seconds * 1_000)}\n`
  );
}

function visitsText({ visits }: StormResult): string {
  const failed = (Object.keys(OUTCOMES) as Outcome[])
    .filter((outcome) => OUTCOMES[outcome].failure && visits[outcome] > 0)
    .map((outcome) => `${visits[outcome]} ${outcome}`);
  const returned =
    visits.cameBack === 0 ? '' : `, ${visits.cameBack} of them came back, ${visits.gaveUp} clients gave up`;
  const aborted = visits.aborted === 0 ? '' : `, ${visits.aborted} ended with the storm`;
  return (
    `VISITS  ${visits.all} arrived${returned}; ${visits.greeted} greeted (${rateText(visits.greetedPerSecond)}), ` +
    `${visits.done} done, ${visits.failed} failed${failed.length === 0 ? '' : ` (${failed.join(', ')})`}${aborted}; ` +
    `${visits.openMost} open at most\n`
  );
}

function rateText(perSecond: number): string {
  return `${perSecond >= 100 ? Math.round(perSecond) : Number(perSecond.toFixed(1))} a second`;
}

function latencyText({ latency, visits }: StormResult): string {
  const rows = (Object.keys(MEASURES) as Measure[])
    .filter((measure) => measure !== 'served' || visits.cameBack > 0)
    .map((measure) => ({ name: MEASURES[measure], latency: latency[measure] }));
  return tableText(LATENCY, rows);
}

function reasonsText({ reasons }: StormResult): string {
  if (reasons.length === 0) return '';
  return tableText(
    [
      { title: 'FAILED', cell: ({ outcome }) => outcome },
      { title: 'TIMES', align: 'right', cell: ({ count }) => `${count}` },
      { title: 'WHY', cell: ({ reason }) => printable(reason) },
    ],
    reasons,
  );
}

function masterText({ master, listen }: StormResult): string {
  const rows: [string, string][] = [];
  const { workers, process, stages = [] } = master ?? {};
  if (workers !== undefined) {
    rows.push(
      [
        'workers',
        `${workers.activeMost} active at most, ${workers.busyMost} busy, ${workers.startingMost} starting`,
      ],
      ['queue', `${workers.queueMost} at most`],
      [
        'spawns',
        `${workers.spawns} (${rateText(workers.spawnsPerSecondMost)} at most), ${workers.spawnFailures} failed`,
      ],
      [
        'turns',
        `${workers.turns}, ${workers.interruptions} interruptions, ${workers.pollsGivenUp} polls given up, ` +
          `drift ${workers.drift}`,
      ],
    );
  }
  const slowest = [...stages]
    .filter(({ stage }) => stage !== 'poll')
    .sort((one, other) => other.meanMs - one.meanMs);
  if (slowest.length > 0) {
    const texts = slowest.slice(0, 3).map(({ stage, meanMs }) => `${stage} ${meanMs.toFixed(3)} ms`);
    rows.push(['stages', `mean of a turn: ${texts.join(', ')}`]);
  }
  if (process !== undefined) {
    rows.push([
      'process',
      `${durationText(process.cpuSeconds * 1_000)} of CPU (${Math.round(process.cpuShare * 100)} %), ` +
        `${sizeText(process.memoryBytesMost)}, ${process.childrenMost} children at most`,
    ]);
  }
  if (listen !== undefined)
    rows.push(['kernel', `${listen.overflows} listen overflows, ${listen.drops} drops`]);
  const title =
    master === undefined ? 'MACHINE' : `MASTER ${master.pid ?? ''} ${master.service ?? ''}`.trimEnd();
  return rowsText(title, rows);
}

function troubleText({ trouble }: StormResult): string {
  return rowsText(
    'TROUBLE',
    trouble.map(({ kind, text }) => [kind, text]),
  );
}

function objectivesText({ objectives }: StormResult): string {
  return rowsText(
    'OBJECTIVES',
    objectives.map(({ objective, measured, holds }) => [
      objective,
      `${holds ? 'holds' : 'DOES NOT HOLD'} (measured: ${measured})`,
    ]),
  );
}

function rowsText(title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${title}\n${rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('')}`;
}
