// The plots of what clients met: latency over time, the percentile curve, and who had arrived and been greeted by when.

import { durationText } from '../../../src/lib/text.ts';
import { MEASURES, type Measure } from '../load/results.ts';
import type { StormResult } from '../show/result.ts';
import { axis, GRID, LEGEND, type Plot, STILL, timeAxis } from './draw.ts';
import { marksOn } from './marks.ts';
import { type ToneName, tone } from './theme.ts';

const MS = 1_000;
/** When arrivals take less than this part of the storm, their moments say nothing: those of the greetings do. */
const AT_ONCE = 0.2;
/** Wider than this, and small latencies would be a line on the ground. */
const LINEAR_SPAN_MAX = 50;
const SMALLEST_MS = 0.1;

/** Whether points stand at the planned arrival (else at the greeting). */
export function standsAtArrival({ timeline, seconds }: StormResult): boolean {
  const planned = timeline.greetings.map(([at]) => at);
  return Math.max(0, ...planned) > seconds * MS * AT_ONCE;
}

export function latencyPlot(result: StormResult): Plot {
  const { timeline, seconds } = result;
  const planned = standsAtArrival(result);
  const point = (from: number, to: number) => [(planned ? from : to) / MS, Math.max(SMALLEST_MS, to - from)];
  const greeted = timeline.greetings.map(([from, to]) => point(from, to));
  const failed = timeline.failures.map(([from, to]) => point(from, to));
  const all = [...greeted, ...failed].map(([, ms = 0]) => ms);
  // Of a burst, each point is as high as it is late: a straight line, which a logarithm would bend.
  const wide = planned && Math.max(...all) > LINEAR_SPAN_MAX * Math.min(...all);
  const size = greeted.length > 2_000 ? 3 : 6;
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: timeAxis(seconds),
    yAxis: axis({
      type: wide ? 'log' : 'value',
      ...(wide ? { min: 10 ** Math.floor(Math.log10(Math.min(...all))) } : {}),
      axisLabel: { formatter: (ms: number) => durationText(ms) },
    }),
    series: [
      {
        name: 'greeted',
        type: 'scatter',
        data: greeted,
        symbolSize: size,
        itemStyle: { color: tone('blue'), opacity: 0.55 },
        ...STILL,
        ...marksOn(result),
      },
      ...(failed.length === 0
        ? []
        : [
            {
              name: 'failed',
              type: 'scatter',
              data: failed,
              symbol: 'diamond',
              symbolSize: size + 4,
              itemStyle: { color: tone('red') },
              ...STILL,
            },
          ]),
    ],
  };
}

const CURVES: readonly (readonly [Measure, ToneName])[] = [
  ['session', 'grey'],
  ['afterConnect', 'green'],
  ['connect', 'amber'],
  ['greeting', 'blue'],
];

/** The axis of nines: each step to the right leaves a tenth of the clients. */
const nines = (percent: number) => 100 / (100 - percent);
const ninesText = (value: number) => `${Number((100 - 100 / value).toFixed(4))} %`;

export function percentilePlot({ latency }: StormResult): Plot {
  const most = Math.max(10, ...CURVES.map(([measure]) => latency[measure].count + latency[measure].missing));
  const end = 10 ** Math.ceil(Math.log10(most));
  const points = (measure: Measure) =>
    latency[measure].curve.map(([percent, ms]) => [
      percent >= 100 ? end : Math.min(end, nines(percent)),
      Math.max(SMALLEST_MS, ms),
    ]);
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: axis({
      type: 'log',
      min: 1,
      max: end,
      splitLine: { show: true, lineStyle: { color: tone('line') } },
      axisLabel: { formatter: ninesText },
    }),
    yAxis: axis({ type: 'log', axisLabel: { formatter: (ms: number) => durationText(ms) } }),
    series: CURVES.filter(([measure]) => latency[measure].count > 0).map(([measure, name]) => ({
      name: MEASURES[measure],
      type: 'line',
      showSymbol: false,
      data: points(measure),
      lineStyle: { color: tone(name), width: measure === 'greeting' ? 4 : 2 },
      itemStyle: { color: tone(name) },
      ...STILL,
    })),
  };
}

export function clientsPlot(result: StormResult): Plot {
  const { timeline, seconds, visits } = result;
  const { greetings, failures } = timeline;
  const arrived = [...greetings.map(([at]) => at), ...failures.map(([at]) => at)];
  const known = greetings.length + failures.length;
  const line = (name: string, color: ToneName, moments: readonly number[], whole: number, area = false) => ({
    name,
    type: 'line',
    step: 'end',
    showSymbol: false,
    data: summed(moments, whole, seconds),
    lineStyle: { color: tone(color), width: 3 },
    itemStyle: { color: tone(color) },
    ...(area ? { areaStyle: { color: tone(color), opacity: 0.15 } } : {}),
    ...STILL,
  });
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: timeAxis(seconds),
    yAxis: axis({ minInterval: 1 }),
    series: [
      line('arrived', 'amber', arrived, known < visits.greeted + visits.failed ? visits.all : known, true),
      {
        ...line(
          'greeted',
          'blue',
          greetings.map(([, at]) => at),
          visits.greeted,
          true,
        ),
        ...marksOn(result),
      },
      ...(failures.length === 0
        ? []
        : [
            line(
              'failed',
              'red',
              failures.map(([, at]) => at),
              visits.failed,
            ),
          ]),
    ],
  };
}

const POINTS_MAX = 600;

/** How many by when; `whole` in all, of which the moments may be a part. */
function summed(moments: readonly number[], whole: number, seconds: number): number[][] {
  const sorted = [...moments].sort((one, other) => one - other);
  const each = Math.max(1, Math.ceil(sorted.length / POINTS_MAX));
  const worth = sorted.length === 0 ? 0 : whole / sorted.length;
  const points = sorted.flatMap((at, index) =>
    (index + 1) % each === 0 || index === sorted.length - 1 ? [[at / MS, (index + 1) * worth]] : [],
  );
  return [[0, 0], ...points, [seconds, points.at(-1)?.[1] ?? 0]];
}
