// A graph over time as echarts draws it: lines or layers, a legend below. The one file of the picture that loads echarts.

import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { LIMITS } from '../grafana/build-panel.ts';
import { COLOUR } from '../grafana/colours.ts';
import type { Panel } from '../grafana/panel.ts';
import { nameOf, type Series, type Span } from './prometheus.ts';
import type { Answers } from './shapes.ts';
import { type Box, figure, PALETTE, TONE } from './text.ts';

use([LineChart, GridComponent, LegendComponent, SVGRenderer]);

export function graph(panel: Panel, answers: Answers, { x, y, width, height }: Box, span: Span): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  const axis = {
    axisLabel: { color: TONE.quiet, fontSize: 11 },
    splitLine: { lineStyle: { color: TONE.border } },
  };
  chart.setOption({
    animation: false,
    color: PALETTE,
    textStyle: { fontFamily: 'sans-serif' },
    grid: { left: 62, right: 10, top: 8, bottom: 46 },
    legend: {
      bottom: 0,
      left: 0,
      type: 'scroll',
      itemHeight: 8,
      textStyle: { color: TONE.text, fontSize: 11 },
    },
    xAxis: {
      ...axis,
      splitNumber: Math.round(width / 110),
      axisLabel: { ...axis.axisLabel, hideOverlap: true },
      type: 'time',
      min: span.from * 1000,
      max: span.to * 1000,
    },
    yAxis: {
      ...axis,
      type: 'value',
      min: 0,
      splitNumber: 4,
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => figure(value, panel.unit) },
    },
    series: panel.queries.flatMap(({ legend }, index) =>
      (answers[index] ?? []).map((one) => line(panel, LIMITS.includes(legend), nameOf(legend, one), one)),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `<g transform="translate(${x} ${y})">${svg.replaceAll(/\bzr(\d+)-/g, `p${Math.round(x)}-${Math.round(y)}-`)}</g>`;
}

function line(panel: Panel, limit: boolean, name: string, { points }: Series): object {
  const colour = panel.colours?.[name];
  return {
    type: 'line',
    name,
    showSymbol: false,
    ...(colour ? { color: COLOUR[colour] } : {}),
    ...(panel.stacked && !limit
      ? { stack: 'all', areaStyle: { opacity: 0.6 } }
      : { areaStyle: { opacity: limit ? 0 : 0.1 } }),
    lineStyle: { width: limit ? 2 : 1, ...(limit ? { type: 'dashed', color: COLOUR.limit } : {}) },
    data: points.map(([seconds, value]) => [seconds * 1000, Number.isFinite(value) ? value : null]),
  };
}
