// Makes Grafana's JSON of our tables with the builders that Grafana generates from its published schema: what the
// schema does not know does not compile. Called by scripts/docs-dashboards.ts. Decides the look that all panels share.

import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { builderOf } from './build-panel.ts';
import { DATA_SOURCE } from './dress.ts';
import type { DashboardSource, Row } from './panel.ts';

/** By which the dashboards find one another. */
const TAG = 'preforkd';
const HEADLINE_HEIGHT = 1;

/** The dashboard as Grafana reads it from a file. */
export function build(source: DashboardSource): Dashboard {
  const dashboard = new DashboardBuilder(source.title)
    .uid(source.uid)
    .description(source.description)
    .tags([TAG])
    .time({ from: `now-${source.span}`, to: 'now' })
    .refresh(source.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .link(otherDashboards())
    .annotation(reloads());
  for (const variable of variables(source)) dashboard.withVariable(variable);
  layOut(dashboard, source.rows);
  return dashboard.build();
}

/** The number of a panel is its place: the same source makes the same file. */
function layOut(dashboard: DashboardBuilder, rows: readonly Row[]): void {
  let y = 0;
  let id = 0;
  for (const { headline, height, panels } of rows) {
    if (headline !== undefined) {
      id += 1;
      const gridPos = { x: 0, y, w: 24, h: HEADLINE_HEIGHT };
      dashboard.withRow(new RowBuilder(headline).id(id).gridPos(gridPos));
      y += HEADLINE_HEIGHT;
    }
    let x = 0;
    for (const panel of panels) {
      id += 1;
      dashboard.withPanel(builderOf(panel).id(id).gridPos({ x, y, w: panel.width, h: height }));
      x += panel.width;
    }
    y += height;
  }
}

function variables({ stages }: DashboardSource): (QueryVariableBuilder | DatasourceVariableBuilder)[] {
  const source = new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
  const instance = chosen('instance', 'Instance', 'label_values(preforkd_build_info, instance)');
  const service = chosen(
    'service',
    'Service',
    'label_values(preforkd_active_workers{instance=~"$instance"}, service)',
  );
  const stage = chosen('stage', 'Stage', 'label_values(preforkd_stage_seconds_count, stage)');
  return [source, instance, service, ...(stages ? [stage] : [])];
}

/** A variable of which one takes several values, or all. */
function chosen(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .definition(query)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });
}

/** The chosen instances, services and times are kept from one dashboard to the next. */
function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('preforkd')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);
}

/** Marks in every graph: what changed then. */
function reloads(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Reloads')
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor('#8F3BB8')
    .expr(RELOADS);
}

/** What the annotation asks: asked of a real Prometheus as every panel is. */
export const RELOADS = 'changes(preforkd_reloads_total{instance=~"$instance"}[$__rate_interval]) > 0';
