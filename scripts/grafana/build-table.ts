// A table as Grafana builds it: one instant query for each column, merged into one line for each service of each instance.
// Part of build-panel.ts.

import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { dress, ofNow, refId, thresholds, words } from './dress.ts';
import type { Panel } from './panel.ts';

export function table(panel: Panel): Table {
  const columns = panel.queries.map(({ legend, label }, index) => {
    const value = `Value #${refId(index)}`;
    const [field, title] = label ?? [value, legend];
    return { field, title, hidden: label ? value : 'Time' };
  });
  const order = ['service', 'instance', ...columns.map(({ field }) => field)];
  const builder = dress(new Table(), { ...panel, thresholds: [] })
    .targets(ofNow(panel).map((one) => one.format(PromQueryFormat.Table)))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(columns.map(({ hidden }) => [hidden, true])),
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
      },
    })
    .sortBy([new TableSortByFieldStateBuilder().displayName(columns[0]?.title ?? '').desc(true)])
    .decimals(0);
  return colouredCells(builder, panel);
}

/** The first column says whether somebody waits; a unit of a column's own and a word are shown as such. */
function colouredCells(builder: Table, panel: Panel): Table {
  const [first] = panel.queries;
  const coloured = { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'gradient' } };
  const { mode, steps } = thresholds(panel).build();
  if (first) builder.overrideByName(first.legend, [coloured, { id: 'thresholds', value: { mode, steps } }]);
  for (const { legend, unit } of panel.queries)
    if (unit !== undefined) builder.overrideByName(legend, [{ id: 'unit', value: unit }]);
  if (panel.words) {
    const mappings = { id: 'mappings', value: words(panel.words) };
    builder.overrideByName('breaker', [coloured, mappings]);
  }
  return builder;
}
