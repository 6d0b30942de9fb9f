// The plots of what it cost the master: the time of each stage of a turn, CPU and memory.

import { durationText } from '../../../src/lib/text.ts';
import type { StormResult } from '../show/result.ts';
import { axis, GRID, LEGEND, type Plot, STILL, timeAxis } from './draw.ts';
import { marksOn } from './marks.ts';
import { type ToneName, tone } from './theme.ts';

const MS = 1_000;

export function stagesPlot({ master }: StormResult): Plot {
  const stages = (master?.stages ?? []).filter(({ stage }) => stage !== 'poll').toReversed();
  // Bars of a logarithm stand on 1: so they are drawn in units of the ground.
  const shown = (ms: number | null) => Math.max(1, (ms ?? 0) / STAGE_MS_MIN);
  const bars = (name: string, color: ToneName, values: readonly (number | null)[]) => ({
    name,
    type: 'bar',
    data: values.map(shown),
    itemStyle: { color: tone(color) },
    barGap: '10%',
    ...STILL,
  });
  return {
    grid: { ...GRID, left: 104 },
    legend: { ...LEGEND, data: ['mean', '99 in 100 below'] },
    xAxis: axis({
      type: 'log',
      min: 1,
      axisLabel: { formatter: (drawn: number) => shortText(drawn * STAGE_MS_MIN) },
    }),
    yAxis: axis({
      type: 'category',
      data: stages.map(({ stage }) => stage),
      axisLabel: { color: tone('text') },
      splitLine: { show: false },
    }),
    series: [
      bars(
        '99 in 100 below',
        'line',
        stages.map(({ p99Ms }) => p99Ms),
      ),
      bars(
        'mean',
        'green',
        stages.map(({ meanMs }) => meanMs),
      ),
    ],
  };
}

/** A tenth of a microsecond: less is nothing, and a logarithm needs a ground. */
const STAGE_MS_MIN = 0.0001;

function shortText(ms: number): string {
  return ms < 1 ? `${Number((ms * MS).toFixed(1))} µs` : durationText(ms);
}

/** The kernel counts CPU in hundredths of a second: over less than this, a share would be steps. */
const CPU_WINDOW_SECONDS = 0.5;

export function processPlot(result: StormResult): Plot {
  const samples = result.timeline.samples.flatMap(({ atMs, process }) =>
    process === undefined ? [] : [{ at: Math.max(0, atMs) / MS, ...process }],
  );
  const cpu = samples.slice(1).map((sample) => {
    const before = samples.findLast(({ at }) => at <= sample.at - CPU_WINDOW_SECONDS) ?? samples[0] ?? sample;
    const seconds = Math.max(CPU_WINDOW_SECONDS / 5, sample.at - before.at);
    return [sample.at, Math.round(((sample.cpuSeconds - before.cpuSeconds) / seconds) * 100)];
  });
  const name = { nameLocation: 'middle', nameGap: 54 };
  const line = (color: ToneName) => ({
    type: 'line',
    step: 'end',
    showSymbol: false,
    lineStyle: { color: tone(color), width: 3 },
    itemStyle: { color: tone(color) },
    ...STILL,
  });
  return {
    grid: { ...GRID, right: 84 },
    legend: LEGEND,
    xAxis: timeAxis(result.seconds),
    yAxis: [
      axis({ name: '% of a processor', ...name, min: 0 }),
      axis({ name: 'MB', ...name, min: 0, splitLine: { show: false } }),
    ],
    series: [
      { ...line('blue'), name: 'CPU', data: cpu, ...marksOn(result) },
      {
        ...line('amber'),
        name: 'memory',
        yAxisIndex: 1,
        data: samples.map(({ at, memoryBytes }) => [at, Math.round(memoryBytes / 2 ** 20)]),
      },
    ],
  };
}
