// Writes docs/generated/DASHBOARDS.md, the list of panels with the question that each answers, and the dashboards
// themselves (grafana/dashboards/*.json), both from the tables in scripts/grafana.

import { build } from './grafana/build.ts';
import { OVERVIEW } from './grafana/overview.ts';
import type { DashboardSource, Panel } from './grafana/panel.ts';
import { SERVICE } from './grafana/service.ts';
import { STORM } from './grafana/storm.ts';

export const path = 'docs/generated/DASHBOARDS.md';

export const DASHBOARDS: readonly DashboardSource[] = [OVERVIEW, SERVICE, STORM];

export function generate(): string {
  return `<!-- Made by scripts/docs-dashboards.ts from scripts/grafana. Do not edit. -->

# Dashboards

What each panel of [grafana/dashboards](../../grafana/README.md) answers. All have the variables \`datasource\`, \`instance\`
and \`service\`; the last two take several values, so that a fleet is one dashboard.

Colours mean the same everywhere: ready is green, starting amber, busy blue, draining purple; a bound is a dashed grey
line. Red wants somebody to act, orange somebody to look.

${DASHBOARDS.map(chapter).join('\n')}`;
}

/** The files that Grafana is provisioned with. */
export function generateFurther(): ReadonlyMap<string, string> {
  return new Map(
    DASHBOARDS.map((source) => [
      `grafana/dashboards/${source.file}`,
      `${JSON.stringify(build(source), undefined, 2)}\n`,
    ]),
  );
}

function chapter({ title, description, file, rows }: DashboardSource): string {
  const parts = rows.map(({ headline, panels }) => {
    const lines = panels.map(line).join('');
    return `${headline === undefined ? '' : `**${headline}**\n\n`}| panel | answers | shown as |\n| --- | --- | --- |\n${lines}`;
  });
  return `## ${title}\n\n${description} (\`grafana/dashboards/${file}\`)\n\n${parts.join('\n')}`;
}

const KIND: Readonly<Record<Panel['kind'], string>> = {
  stat: 'number',
  graph: 'graph',
  bars: 'bars',
  table: 'table',
  heatmap: 'heat map',
  states: 'states over time',
};

const UNIT: Readonly<Record<string, string>> = {
  s: 'seconds',
  ops: 'a second',
  percentunit: 'share',
  bytes: 'bytes',
};

function line({ title, answers, kind, unit }: Panel): string {
  return `| ${title} | ${answers} | ${KIND[kind]}${unit in UNIT ? `, ${UNIT[unit]}` : ''} |\n`;
}
