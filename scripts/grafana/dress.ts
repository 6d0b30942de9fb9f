// What all panels have, whatever their kind: title, question, unit, thresholds, words, and queries of Prometheus. Part of
// build-panel.ts.

import type { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as Heatmap } from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import type { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import type { PanelBuilder as Graph } from '@grafana/grafana-foundation-sdk/timeseries';
import { COLOUR } from './colours.ts';
import type { Panel, Query } from './panel.ts';

/** Whatever the variable `datasource` says. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana reads it
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };

export type AnyBuilder = Stat | Graph | BarGauge | Table | Heatmap | StateTimeline;

/** What every panel has. */
export function dress<Builder extends AnyBuilder>(builder: Builder, panel: Panel): Builder {
  builder.title(panel.title).description(panel.answers).datasource(DATA_SOURCE).unit(panel.unit);
  if (panel.thresholds) builder.thresholds(thresholds(panel));
  if (panel.words && panel.kind !== 'table') builder.mappings(words(panel.words));
  if (panel.nothing !== undefined) builder.noValue(panel.nothing);
  return builder;
}

export function thresholds({ thresholds = [] }: Panel): ThresholdsConfigBuilder {
  // The lowest step has no bound in Grafana's schema.
  const steps = thresholds.map(({ from, colour }, index) => ({
    value: index === 0 ? null : from,
    color: COLOUR[colour],
  }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

export function words(table: NonNullable<Panel['words']>): ValueMapping[] {
  const options = Object.entries(table).map(
    ([value, { text, colour }]) => [value, { text, color: COLOUR[colour] }] as const,
  );
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

export const refId = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

function query({ expr, legend }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId(index)).datasource(DATA_SOURCE).expr(expr).legendFormat(legend);
}

export const ofTime = ({ queries }: Panel) => queries.map((one, index) => query(one, index).range());
export const ofNow = ({ queries }: Panel) => queries.map((one, index) => query(one, index).instant());
