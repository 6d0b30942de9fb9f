// The two plots that most parts need: bars side by side, and lines over a figure that grows. Colours say who: ours is
// blue on every plot of the page.

import { axis, GRID, LEGEND, STILL } from '../../bench/storm/report/draw.ts';
import { type ToneName, tone } from '../../bench/storm/report/theme.ts';
import type { Plot } from './part.ts';

export interface Series {
  readonly name: string;
  readonly tone: ToneName;
}

interface Values {
  /** Of the upright axis, with its unit: 'ms', '% of a processor'. */
  readonly unit: string;
  readonly logarithmic?: boolean;
}

const BAR_WIDTH_MAX = 64;
const DIGITS = 3;

const short = (value: number | null) => (value === null ? '' : String(Number(value.toPrecision(DIGITS))));

/** One group of bars for each category, with its value above; null: there is none. */
export function bars(
  categories: readonly string[],
  series: readonly (Series & { readonly values: readonly (number | null)[] })[],
  values: Values,
): Plot['option'] {
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: axis({
      type: 'category',
      data: categories,
      splitLine: { show: false },
      axisLabel: { color: tone('text'), interval: 0 },
    }),
    yAxis: upright(values),
    series: series.map(({ name, tone: colour, values: data }) => ({
      name,
      type: 'bar',
      data,
      barMaxWidth: BAR_WIDTH_MAX,
      itemStyle: { color: tone(colour) },
      label: {
        show: true,
        position: 'top',
        color: tone('text'),
        fontSize: 13,
        formatter: ({ value }: { value: number | null }) => short(value),
      },
      ...STILL,
    })),
  };
}

/** Lines with points, over a figure that grows by factors (`logarithmic` of `across`) or evenly. */
export function lines(
  across: { readonly name: string; readonly logarithmic?: boolean },
  series: readonly (Series & { readonly points: readonly (readonly [number, number])[] })[],
  values: Values,
): Plot['option'] {
  return {
    grid: { ...GRID, bottom: 58 },
    legend: LEGEND,
    xAxis: axis({
      type: across.logarithmic ? 'log' : 'value',
      name: across.name,
      nameLocation: 'middle',
      nameGap: 32,
      splitLine: { show: false },
      axisLabel: { formatter: (value: number) => value.toLocaleString('en') },
    }),
    yAxis: upright(values),
    series: series.map(({ name, tone: colour, points }) => ({
      name,
      type: 'line',
      data: points,
      symbol: 'circle',
      symbolSize: 8,
      lineStyle: { color: tone(colour), width: 3 },
      itemStyle: { color: tone(colour) },
      ...STILL,
    })),
  };
}

function upright({ unit, logarithmic = false }: Values) {
  return axis({
    type: logarithmic ? 'log' : 'value',
    ...(logarithmic ? {} : { min: 0 }),
    name: unit,
    nameLocation: 'middle',
    nameGap: 54,
  });
}
