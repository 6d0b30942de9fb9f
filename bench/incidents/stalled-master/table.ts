// The incident for a person, on a terminal: the figures of both loops beside each other, their time lines as small bars,
// the ten timestamps, the run under real signals, the verdict. Everything is taken from the result. Pure.

import { type Column, tableText } from '../../../src/cli/table.ts';
import { durationText } from '../../../src/lib/text.ts';
import type { LoopName } from '../../rig/order.ts';
import { type LoopFigures, STAMPS, type Stretch, windowOf } from './figures.ts';
import { SIGNALS_SAY } from './limits.ts';
import { LOOP_NAMES, LOOP_SAYS } from './order.ts';
import type { Seen, StalledMasterResult } from './result.ts';
import { greetedPerSecond, type Series, waitingSeries } from './series.ts';

interface Stamp {
  readonly number: number;
  readonly name: string;
}

interface Row {
  readonly name: string;
  readonly cell: (seen: Seen) => string;
}

const MS = 1_000;
const BARS = '▁▂▃▄▅▆▇█';
/** One bar stands for so much time. */
const BAR_SECONDS = 0.5;
const COLOURS = { bad: '\u001b[31m', good: '\u001b[32m', bold: '\u001b[1m', none: '\u001b[0m' };
/** Younger than this is now: nothing is known between two samples. */
const NOW_MS = 300;

export function incidentText(result: StalledMasterResult, colours: boolean): string {
  return [
    headText(result),
    figuresText('INTERRUPTED', result.interrupted, FIGURES),
    barsText(result),
    stampsText(result),
    figuresText('REAL SIGNALS', result.signalled, SIGNAL_FIGURES),
    `${SIGNALS_SAY}\n`,
    verdictText(result, colours),
    `again: ${result.command}\n`,
  ].join('\n');
}

function headText({ seed, interrupted }: StalledMasterResult): string {
  const { run } = interrupted.completes;
  const { fromMs, untilMs } = windowOf(run);
  return (
    `incident: stalled-master, seed ${seed}; ${run.arrivals.length} clients over ${durationText(run.durationMs)}, each ` +
    `stays; every poll is interrupted from ${seconds(fromMs)} to ${seconds(untilMs)}\n`
  );
}

export const seconds = (ms: number) => `${(ms / MS).toFixed(1)} s`;
const length = ({ fromMs, untilMs }: Stretch) => durationText(untilMs - fromMs);
const of = (name: string, read: (figures: LoopFigures) => string): Row => ({
  name,
  cell: ({ figures }) => read(figures),
});
const many = (value: number) => value.toLocaleString('en');

const FIGURES: readonly Row[] = [
  of('clients who came in this time', ({ arrived }) => many(arrived)),
  of('greeted of them in it', ({ served }) => many(served)),
  of('longest with somebody waiting, nobody greeted', ({ silence }) => length(silence)),
  of('who waited at the end of that', ({ silence }) => many(silence.waiting)),
  of('turns begun', ({ turnsBegun }) => many(turnsBegun)),
  of('turns completed', ({ turnsCompleted }) => many(turnsCompleted)),
  of('workers with unread messages, at most', ({ messagesWaitingMost }) => many(messagesWaitingMost)),
  of('ready: believed / true, furthest apart', ({ ready }) => `${ready.believed} / ${ready.true}`),
  of('never greeted', ({ unserved }) => many(unserved)),
];

export const SIGNAL_FIGURES: readonly Row[] = [
  { name: 'signals per second', cell: ({ run }) => many(run.signalsSentPerSecond) },
  of('polls that they interrupted', ({ interruptions }) => many(interruptions)),
  of('turns begun', ({ turnsBegun }) => many(turnsBegun)),
  of('turns completed', ({ turnsCompleted }) => many(turnsCompleted)),
  {
    name: 'clients who came / were greeted',
    cell: ({ run }) => `${run.arrivals.length} / ${run.greetings.length}`,
  },
  of('longest with somebody waiting, nobody greeted', ({ silence }) => length(silence)),
];

function figuresText(title: string, seen: Readonly<Record<LoopName, Seen>>, rows: readonly Row[]): string {
  const columns: readonly Column<Row>[] = [
    { title, cell: ({ name }) => name },
    ...LOOP_NAMES.map((loop) => ({
      title: LOOP_SAYS[loop].toUpperCase(),
      align: 'right' as const,
      cell: ({ cell }: Row) => cell(seen[loop]),
    })),
  ];
  return tableText(columns, rows);
}

function barsText({ interrupted }: StalledMasterResult): string {
  const lines: readonly (readonly [name: string, series: (seen: Seen) => Series])[] = [
    ['new clients per second', ({ run }) => greetedPerSecond(run, BAR_SECONDS)],
    ['clients waiting', ({ run }) => waitingSeries(run, BAR_SECONDS)],
  ];
  const rows = lines.flatMap(([name, series]) => {
    const drawn = LOOP_NAMES.map((loop) => series(interrupted[loop]).map(([, value]) => value));
    const most = Math.max(1, ...drawn.flat());
    return LOOP_NAMES.map((loop, index) => {
      const says = `${name}, ${LOOP_SAYS[loop]}`;
      return { name: says, bars: (drawn[index] ?? []).map((value) => barOf(value, most)).join('') };
    });
  });
  return tableText(
    [
      { title: 'TIME LINE', cell: ({ name }) => name },
      { title: `EACH BAR ${BAR_SECONDS} s`, cell: ({ bars }) => bars },
    ],
    rows,
  );
}

/** Nothing is drawn as nothing. */
function barOf(value: number, most: number): string {
  if (value <= 0) return '.';
  return BARS[Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))] ?? '';
}

function stampsText({ interrupted }: StalledMasterResult): string {
  return tableText(
    [
      { title: '', cell: ({ number }: Stamp) => `${number}` },
      { title: 'TIMESTAMP, LAST TAKEN', cell: ({ name }: Stamp) => name },
      ...LOOP_NAMES.map((loop) => ({
        title: LOOP_SAYS[loop].toUpperCase(),
        align: 'right' as const,
        cell: ({ number }: Stamp) => agoText(interrupted[loop].figures.stampAgesMs[number - 1] ?? 0),
      })),
    ],
    STAMPS.map((name, index) => ({ number: index + 1, name })),
  );
}

function agoText(ms: number): string {
  return ms < NOW_MS ? 'now' : `${durationText(ms)} ago`;
}

function verdictText({ verdict }: StalledMasterResult, colours: boolean): string {
  const good = verdict.oldStalled && !verdict.oursStalled;
  const text = `VERDICT ${verdict.text}`;
  return colours
    ? `${COLOURS.bold}${good ? COLOURS.good : COLOURS.bad}${text}${COLOURS.none}\n`
    : `${text}\n`;
}
