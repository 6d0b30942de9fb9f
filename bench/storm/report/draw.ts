// Draws one plot as SVG text, with echarts and without a browser. The one file that loads echarts; everything that moves
// or asks for a mouse is off, for the page has no script.

import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { tone, withVariables } from './theme.ts';

use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  SVGRenderer,
]);

const WIDTH = 760;
const HEIGHT = 400;
/** Large enough to be read from the back of a room. */
const FONT_PX = 15;

export type Plot = EChartsCoreOption;

/** `name`: of the plot, for its inner references; two on one page have different ones. */
export function draw(name: string, plot: Plot): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', fontSize: FONT_PX, color: tone('text') },
    ...plot,
  });
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return withVariables(still(svg, name));
}

/** Without what serves a mouse or a script: two thirds of the text. Clip paths keep their names, as ours. */
function still(svg: string, name: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${name}-`);
}

/** Looks that all axes share; `more` goes into the axis. */
export function axis(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { axisLabel = {}, ...rest } = more as { axisLabel?: object };
  return {
    type: 'value',
    nameTextStyle: { color: tone('quiet'), fontSize: FONT_PX },
    axisLine: { show: true, lineStyle: { color: tone('line') } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: tone('line') } },
    axisLabel: { color: tone('quiet'), fontSize: FONT_PX, hideOverlap: true, ...axisLabel },
    ...rest,
  };
}

/** The time line, in seconds, a little longer than the storm. */
export function timeAxis(seconds: number, more: Readonly<Record<string, unknown>> = {}) {
  const interval = readableStep(seconds / TICKS);
  const part = interval / PARTS;
  const parts = Math.ceil(seconds / part);
  return axis({
    min: 0,
    max: Number((parts * part).toFixed(6)),
    interval,
    splitLine: { show: false },
    axisLabel: { formatter: '{value} s', showMaxLabel: parts % PARTS === 0 },
    ...more,
  });
}

const TICKS = 7;
/** Of the way between two ticks: where the axis may end. */
const PARTS = 5;

/** The next of 1, 2, 5, 10, 20, 50 and so on, also below 1. */
function readableStep(least: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(least, Number.EPSILON)));
  return ([1, 2, 5].find((step) => step * ten >= least) ?? 10) * ten;
}

export const LEGEND = {
  top: 0,
  left: 56,
  borderColor: tone('line'),
  icon: 'roundRect',
  itemWidth: 18,
  itemHeight: 8,
  // Without a browser the width of a text is a guess; the gap makes up for it.
  itemGap: 36,
  textStyle: { color: tone('text'), fontSize: FONT_PX },
};

export const GRID = { left: 78, right: 26, top: 44, bottom: 40 };

/** Never a reaction to the mouse; `tooltip` needs a script. */
export const STILL = { silent: true, emphasis: { disabled: true } };
