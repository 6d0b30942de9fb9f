// Draws a dashboard with the data of a Prometheus as one SVG, so that its layout can be looked at where there is no
// Grafana: the same grid, the same panels, colours, units and words. By hand, and for the eye only:
// node --import tsx scripts/dashboard-picture.ts overview http://127.0.0.1:9090 overview.svg [MINUTES]

import { writeFileSync } from 'node:fs';
import { DASHBOARDS } from './docs-dashboards.ts';
import type { DashboardSource, Panel } from './grafana/panel.ts';
import { graph } from './picture/graph.ts';
import { ask, lastMinutes, type Span } from './picture/prometheus.ts';
import { type Answers, bars, heatmap, stat, states, table } from './picture/shapes.ts';
import { type Box, rectangle, TONE, words } from './picture/text.ts';

const WIDTH = 1600;
/** Of Grafana's grid: a cell and the gap to the next. */
const CELL = 30;
const GAP = 8;
const COLUMN = WIDTH / 24;
const TITLE = 30;
const MINUTES = 5;

const DRAW = { stat, bars, table, heatmap, states, graph } satisfies Record<
  Panel['kind'],
  (panel: Panel, answers: Answers, box: Box, span: Span) => string
>;

async function drawPanel(panel: Panel, url: string, box: Box, span: Span): Promise<string> {
  const answers: Answers = await Promise.all(panel.queries.map(({ expr }) => ask(url, expr, span)));
  const inner = { x: box.x + 10, y: box.y + TITLE, width: box.width - 20, height: box.height - TITLE - 8 };
  const empty =
    answers.every((series) => series.length === 0) && panel.kind !== 'stat' && panel.kind !== 'bars';
  return (
    rectangle(box, TONE.panel, `stroke="${TONE.border}" rx="2"`) +
    words(box.x + 10, box.y + 20, panel.title, 14, TONE.text, 'font-weight="500"') +
    (empty
      ? words(inner.x + inner.width / 2 - 30, inner.y + inner.height / 2, 'No data', 15, TONE.quiet)
      : DRAW[panel.kind](panel, answers, inner, span))
  );
}

async function drawDashboard(source: DashboardSource, url: string, span: Span): Promise<string> {
  let y = 50;
  const parts = [words(12, 32, `${source.title}: ${source.description}`, 20, TONE.text)];
  for (const { headline, height, panels } of source.rows) {
    if (headline !== undefined) {
      parts.push(words(12, y + 22, `⌄ ${headline}`, 16, TONE.text));
      y += CELL + GAP;
    }
    let x = 0;
    for (const panel of panels) {
      const room = {
        x: x + GAP / 2,
        y,
        width: panel.width * COLUMN - GAP,
        height: height * (CELL + GAP) - GAP,
      };
      parts.push(await drawPanel(panel, url, room, span));
      x += panel.width * COLUMN;
    }
    y += height * (CELL + GAP);
  }
  const page = rectangle({ x: 0, y: 0, width: WIDTH, height: y }, TONE.page);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif">${page}${parts.join('')}</svg>\n`;
}

const [name = '', url = '', file = '', minutes = MINUTES] = process.argv.slice(2);
const source = DASHBOARDS.find((one) => one.file === `${name}.json`);
if (!source || url === '' || file === '') {
  console.error('dashboard-picture overview|service|storm PROMETHEUS_URL FILE.svg [MINUTES]');
  process.exitCode = 64;
} else writeFileSync(file, await drawDashboard(source, url, lastMinutes(Number(minutes))));
