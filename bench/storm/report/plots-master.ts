// The plots of what the master did: its workers by state with the queue above, and spawns per second.

import type { StormResult } from '../show/result.ts';
import type { Figures } from '../watch/figures.ts';
import { axis, GRID, LEGEND, type Plot, STILL, timeAxis } from './draw.ts';
import { marksOn } from './marks.ts';
import { type ToneName, tone } from './theme.ts';

const MS = 1_000;

interface Scraped {
  readonly at: number;
  readonly figures: Figures;
}

/** Samples with the master's figures, in seconds; the one before the storm stands at 0. */
function scraped({ timeline }: StormResult): readonly Scraped[] {
  return timeline.samples.flatMap(({ atMs, figures }) =>
    figures === undefined ? [] : [{ at: Math.max(0, atMs) / MS, figures }],
  );
}

const STATES: readonly (readonly [name: string, ToneName, (figures: Figures) => number])[] = [
  ['busy', 'blue', ({ busy }) => busy],
  ['draining', 'grey', ({ draining }) => draining],
  ['ready', 'green', ({ ready, starting }) => ready - starting],
  ['starting', 'amber', ({ starting }) => starting],
];

export function workersPlot(result: StormResult): Plot {
  const samples = scraped(result);
  const area = (name: string, color: ToneName, read: (figures: Figures) => number) => ({
    name,
    type: 'line',
    step: 'end',
    showSymbol: false,
    data: samples.map(({ at, figures }) => [at, read(figures)]),
    lineStyle: { width: 1, color: tone(color) },
    itemStyle: { color: tone(color) },
    areaStyle: { color: tone(color), opacity: 0.75 },
    ...STILL,
  });
  const name = { nameLocation: 'middle', nameGap: 50, minInterval: 1 };
  return {
    grid: [
      { ...GRID, bottom: undefined, height: 84 },
      { ...GRID, top: 158 },
    ],
    legend: LEGEND,
    xAxis: [
      timeAxis(result.seconds, { gridIndex: 0, axisLabel: { show: false } }),
      timeAxis(result.seconds, { gridIndex: 1 }),
    ],
    yAxis: [
      axis({ gridIndex: 0, name: 'queue', splitNumber: 2, ...name }),
      axis({ gridIndex: 1, name: 'workers', splitNumber: 4, ...name }),
    ],
    series: [
      { ...area('queue', 'red', ({ queue }) => queue), xAxisIndex: 0, yAxisIndex: 0, ...marksOn(result) },
      ...STATES.map(([state, color, read]) => ({
        ...area(state, color, read),
        stack: 'workers',
        xAxisIndex: 1,
        yAxisIndex: 1,
      })),
    ],
  };
}

const BINS = 60;
const BIN_MS_MIN = 100;

/** Of the storm, the width of a bar: some samples each, and never more bars than can be told apart. */
function binSeconds({ seconds }: StormResult): number {
  return Math.max(BIN_MS_MIN, (seconds * MS) / BINS) / MS;
}

export function spawnsPlot(result: StormResult): Plot {
  const width = binSeconds(result);
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: timeAxis(result.seconds),
    yAxis: axis({ minInterval: 1 }),
    series: [
      {
        name: 'spawns per second',
        type: 'bar',
        data: perSecond(result, ({ spawns }) => spawns, width),
        barWidth: '80%',
        itemStyle: { color: tone('violet') },
        ...STILL,
        ...marksOn(result),
      },
    ],
  };
}

/** The growth of a counter, in bins; a gap in the samples is shared by the bins that it spans. */
export function perSecond(
  result: StormResult,
  read: (figures: Figures) => number,
  width: number,
): number[][] {
  const samples = scraped(result);
  const at = (moment: number) => {
    const after = samples.findIndex((sample) => sample.at >= moment);
    const [one, other] = [samples[after - 1], samples[after]];
    if (other === undefined) return read((samples.at(-1) as Scraped).figures);
    if (one === undefined || other.at === one.at) return read(other.figures);
    const part = (moment - one.at) / (other.at - one.at);
    return read(one.figures) + part * (read(other.figures) - read(one.figures));
  };
  if (samples.length === 0) return [];
  const bins = Math.max(1, Math.ceil(result.seconds / width));
  return Array.from({ length: bins }, (_, bin) => {
    const from = bin * width;
    return [from + width / 2, Number(((at(from + width) - at(from)) / width).toFixed(2))];
  });
}
