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
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as Heatmap,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as Graph } from '@grafana/grafana-foundation-sdk/timeseries';
import { COLOUR } from './colours.ts';
import type { Panel, Query } from './panel.ts';

/** Whatever the variable `datasource` says. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana reads it
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };

type AnyBuilder = Stat | Graph | BarGauge | Table | Heatmap | StateTimeline;

export function builderOf(panel: Panel): AnyBuilder {
  return KINDS[panel.kind](panel);
}

const KINDS = { stat, graph, bars, table, heatmap, states } satisfies Record<
  Panel['kind'],
  (panel: Panel) => AnyBuilder
>;

/** What every panel has. */
function dress<Builder extends AnyBuilder>(builder: Builder, panel: Panel): Builder {
  builder.title(panel.title).description(panel.answers).datasource(DATA_SOURCE).unit(panel.unit);
  if (panel.thresholds) builder.thresholds(thresholds(panel));
  if (panel.words && panel.kind !== 'table') builder.mappings(words(panel.words));
  if (panel.nothing !== undefined) builder.noValue(panel.nothing);
  return builder;
}

function thresholds({ thresholds = [] }: Panel): ThresholdsConfigBuilder {
  // The lowest step has no bound in Grafana's schema.
  const steps = thresholds.map(({ from, colour }, index) => ({
    value: index === 0 ? null : from,
    color: COLOUR[colour],
  }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function words(table: NonNullable<Panel['words']>): ValueMapping[] {
  const options = Object.entries(table).map(
    ([value, { text, colour }]) => [value, { text, color: COLOUR[colour] }] as const,
  );
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

const refId = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

function query({ expr, legend }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId(index)).datasource(DATA_SOURCE).expr(expr).legendFormat(legend);
}

const ofTime = ({ queries }: Panel) => queries.map((one, index) => query(one, index).range());
const ofNow = ({ queries }: Panel) => queries.map((one, index) => query(one, index).instant());

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
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: name === 'prefork' ? [2, 6] : [8, 6] } },
  ];
}

const fixedColour = (fixedColor: string): DynamicConfigValue => ({
  id: 'color',
  value: { mode: 'fixed', fixedColor },
});

function table(panel: Panel): Table {
  const { queries } = panel;
  const targets = ofNow(panel).map((one) => one.format(PromQueryFormat.Table));
  const names = queries.map(({ legend }, index) => [`Value #${refId(index)}`, legend] as const);
  const order = ['service', 'instance', ...names.map(([value]) => value)];
  const builder = dress(new Table(), { ...panel, thresholds: [] })
    .targets(targets)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(names),
      },
    })
    .sortBy([new TableSortByFieldStateBuilder().displayName(queries[0]?.legend ?? '').desc(true)])
    .decimals(0);
  return colouredCells(builder, panel);
}

/** The first column says whether somebody waits; a share and a word are shown as such. */
function colouredCells(builder: Table, panel: Panel): Table {
  const [first] = panel.queries;
  const coloured = { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'gradient' } };
  const { mode, steps } = thresholds(panel).build();
  if (first) builder.overrideByName(first.legend, [coloured, { id: 'thresholds', value: { mode, steps } }]);
  for (const { legend } of panel.queries)
    if (legend.startsWith('share')) builder.overrideByName(legend, [{ id: 'unit', value: 'percentunit' }]);
  if (panel.words) {
    const mappings = { id: 'mappings', value: words(panel.words) };
    builder.overrideByName('breaker', [coloured, mappings]);
  }
  return builder;
}

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
