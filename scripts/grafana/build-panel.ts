// One panel of ours as a builder of Grafana's: a function for each kind, and what all have in common. Called by
// build.ts. A kind decides the look; the tables decide what is shown.

import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as Heatmap,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Graph } from '@grafana/grafana-foundation-sdk/timeseries';
import { table } from './build-table.ts';
import { COLOUR } from './colours.ts';
import { type AnyBuilder, dress, ofNow, ofTime } from './dress.ts';
import type { Panel } from './panel.ts';

export function builderOf(panel: Panel): AnyBuilder {
  return KINDS[panel.kind](panel);
}

const KINDS = { stat, graph, bars, table, heatmap, states } satisfies Record<
  Panel['kind'],
  (panel: Panel) => AnyBuilder
>;

const lastValue = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);

function stat(panel: Panel): Stat {
  return dress(new Stat(), panel)
    .targets(ofTime(panel))
    .reduceOptions(lastValue())
    .graphMode(panel.words ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .colorMode(panel.thresholds || panel.words ? BigValueColorMode.Background : BigValueColorMode.Value);
}

function bars(panel: Panel): BarGauge {
  return dress(new BarGauge(), panel)
    .targets(ofNow(panel))
    .reduceOptions(lastValue())
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .min(0)
    .max(1);
}

function graph(panel: Panel): Graph {
  const legend = new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List);
  const builder = dress(new Graph(), panel)
    .targets(ofTime(panel))
    .min(0)
    .lineWidth(1)
    .fillOpacity(panel.stacked ? 60 : 10)
    .legend(legend)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (panel.stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  for (const { legend: name } of panel.queries) {
    if (LIMITS.includes(name)) builder.overrideByName(name, aLine(name));
  }
  for (const [name, colour] of Object.entries(panel.colours ?? {}))
    if (!LIMITS.includes(name)) builder.overrideByName(name, [fixedColour(COLOUR[colour])]);
  return builder;
}

/** Series that are a bound and no amount: dashed lines, never part of a sum. */
export const LIMITS: readonly string[] = ['maxchild', 'prefork', 'limit', 'cap'];

function aLine(name: string): DynamicConfigValue[] {
  return [
    fixedColour(COLOUR.limit),
    { id: 'custom.stacking', value: { mode: 'none' } },
    { id: 'custom.fillOpacity', value: 0 },
    { id: 'custom.lineWidth', value: 2 },
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: name === 'prefork' ? [2, 6] : [8, 6] } },
  ];
}

const fixedColour = (fixedColor: string): DynamicConfigValue => ({
  id: 'color',
  value: { mode: 'fixed', fixedColor },
});

function heatmap(panel: Panel): Heatmap {
  const targets = ofTime(panel).map((one) => one.format(PromQueryFormat.Heatmap));
  return dress(new Heatmap(), panel)
    .targets(targets)
    .calculate(false)
    .yAxis(new YAxisConfigBuilder().unit(panel.unit))
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Turbo').steps(64))
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .cellGap(1)
    .showLegend();
}

function states(panel: Panel): StateTimeline {
  const colour = new FieldColorBuilder().mode(FieldColorModeId.Thresholds);
  return dress(new StateTimeline(), panel).targets(ofTime(panel)).colorScheme(colour).mergeValues(true);
}
