// The plots of the incident: both loops on one time line, the old way in red and ours in blue, with the time in which
// every poll was interrupted as a shade.

import type { LoopName } from '../../rig/order.ts';
import { axis, GRID, LEGEND, type Plot, STILL, timeAxis } from '../../storm/report/draw.ts';
import { type ToneName, tone } from '../../storm/report/theme.ts';
import { STAMPS, windowOf } from './figures.ts';
import { LOOP_NAMES, LOOP_SAYS } from './order.ts';
import type { Seen, StalledMasterResult } from './result.ts';
import type { LoopRun } from './run.ts';
import { gauge, greetedPerSecond, lengthOf, rate, type Series, waitingSeries } from './series.ts';

type Both = StalledMasterResult['interrupted'];

const COLOUR: Readonly<Record<LoopName, ToneName>> = {
  'restarts-when-interrupted': 'red',
  completes: 'blue',
};
const MS = 1_000;
const BIN_SECONDS = 0.5;
const WAITING_BIN_SECONDS = 0.1;
const NAME = { nameLocation: 'middle', nameGap: 56 };
/** Two plots, one above the other, on one time line. */
const UPPER = { ...GRID, bottom: undefined, height: 140 };
const LOWER = { ...GRID, top: 212 };

const lengthOfBoth = (both: Both) => Math.max(...LOOP_NAMES.map((loop) => lengthOf(both[loop].run)));

export function servedPlot(both: Both): Plot {
  return alone(both, 'clients per second', ({ run }) => greetedPerSecond(run, BIN_SECONDS));
}

export function waitingPlot(both: Both): Plot {
  return alone(both, 'clients', ({ run }) => waitingSeries(run, WAITING_BIN_SECONDS));
}

export function messagesPlot(both: Both): Plot {
  return alone(both, 'workers', ({ run }) => gauge(run, ({ messagesWaiting }) => messagesWaiting));
}

/** One plot with a line for each loop. */
function alone(both: Both, unit: string, read: (seen: Seen) => Series): Plot {
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: timeAxis(lengthOfBoth(both)),
    yAxis: axis({ name: unit, ...NAME, min: 0, minInterval: 1 }),
    series: LOOP_NAMES.map((loop) => ({
      ...line(LOOP_SAYS[loop], COLOUR[loop], read(both[loop])),
      ...shade(both[loop].run, loop === 'completes'),
    })),
  };
}

/** A logarithm has no nothing: it is drawn as one. */
const atLeastOne = (series: Series): Series => series.map(([at, value]) => [at, Math.max(1, value)]);

export function turnsPlot(both: Both): Plot {
  const length = lengthOfBoth(both);
  const turns = [
    ['begun per second', (run: LoopRun) => rate(run, ({ turnsBegun }) => turnsBegun)],
    ['completed per second', (run: LoopRun) => rate(run, ({ turnsCompleted }) => turnsCompleted)],
  ] as const;
  return {
    grid: [UPPER, LOWER],
    legend: { ...LEGEND, data: LOOP_NAMES.map((loop) => LOOP_SAYS[loop]) },
    xAxis: twoAxes(length),
    yAxis: turns.map(([name], gridIndex) =>
      axis({ gridIndex, name, ...NAME, type: 'log', min: 1, axisLabel: { formatter: countText } }),
    ),
    series: turns.flatMap(([, read], index) =>
      LOOP_NAMES.map((loop) => ({
        ...line(LOOP_SAYS[loop], COLOUR[loop], atLeastOne(read(both[loop].run))),
        ...{ xAxisIndex: index, yAxisIndex: index },
        ...shade(both[loop].run, loop === 'completes'),
      })),
    ),
  };
}

function countText(value: number): string {
  if (value <= 1) return '0';
  return value >= MS ? `${value / MS} k` : `${value}`;
}

export function readyPlot(both: Both): Plot {
  const most = Math.max(
    ...LOOP_NAMES.flatMap((loop) =>
      both[loop].run.samples.map(({ readyBelieved, readyTrue }) => Math.max(readyBelieved, readyTrue)),
    ),
  );
  return {
    grid: [UPPER, LOWER],
    legend: { ...LEGEND, data: ['as the master believes', 'in truth'] },
    xAxis: twoAxes(lengthOfBoth(both)),
    yAxis: LOOP_NAMES.map((loop, gridIndex) =>
      axis({ gridIndex, name: LOOP_SAYS[loop], ...NAME, min: 0, max: most, splitNumber: 3, minInterval: 1 }),
    ),
    series: LOOP_NAMES.flatMap((loop, index) => {
      const { run } = both[loop];
      const place = { xAxisIndex: index, yAxisIndex: index };
      const truth = gauge(run, ({ readyTrue }) => readyTrue);
      const belief = gauge(run, ({ readyBelieved }) => readyBelieved);
      return [
        { ...line('in truth', 'green', truth), ...place, areaStyle: { color: tone('green'), opacity: 0.3 } },
        { ...line('as the master believes', 'amber', belief), ...place, ...shade(run, true) },
      ];
    }),
  };
}

/** Ten lanes: a mark wherever a sample saw that this timestamp had been taken. */
export function stampsPlot({ run }: Seen, color: ToneName, lengthSeconds: number): Plot {
  const marks = run.samples.slice(1).flatMap((sample, index) => {
    const before = run.samples[index] ?? sample;
    return STAMPS.flatMap((_, stamp) =>
      sample.stamps[stamp] === before.stamps[stamp] ? [] : [[sample.atMs / MS, STAMPS.length - 1 - stamp]],
    );
  });
  return {
    grid: { ...GRID, left: 150, top: 16 },
    xAxis: timeAxis(lengthSeconds),
    yAxis: axis({
      type: 'category',
      data: STAMPS.map((name, stamp) => `${name}  ${stamp + 1}`).toReversed(),
      axisLabel: { color: tone('text'), interval: 0 },
      splitLine: { show: false },
    }),
    series: [
      {
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [5, 16],
        data: marks,
        itemStyle: { color: tone(color) },
        ...STILL,
        ...shade(run, true),
      },
    ],
  };
}

export function stampsPlots(both: Both): readonly (readonly [name: string, plot: Plot])[] {
  const length = lengthOfBoth(both);
  return LOOP_NAMES.map((loop) => [LOOP_SAYS[loop], stampsPlot(both[loop], COLOUR[loop], length)]);
}

function twoAxes(length: number) {
  return [timeAxis(length, { gridIndex: 0, axisLabel: { show: false } }), timeAxis(length, { gridIndex: 1 })];
}

function line(name: string, color: ToneName, data: Series) {
  return {
    name,
    type: 'line',
    step: 'end',
    showSymbol: false,
    data,
    lineStyle: { color: tone(color), width: 3 },
    itemStyle: { color: tone(color) },
    ...STILL,
  };
}

/** To be spread into one series of a plot. */
function shade(run: LoopRun, shown: boolean): Readonly<Record<string, unknown>> {
  if (!shown) return {};
  const { fromMs, untilMs } = windowOf(run);
  return {
    markArea: {
      silent: true,
      itemStyle: { color: tone('grey'), opacity: 0.22 },
      data: [[{ xAxis: fromMs / MS }, { xAxis: untilMs / MS }]],
    },
  };
}
