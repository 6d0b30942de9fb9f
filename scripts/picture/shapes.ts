// The panels that are no graph: a number, bars, a table, a heat map, states over time. Each is drawn into the room that
// its panel leaves below the title, from our own tables and the answers of Prometheus.

import { COLOUR } from '../grafana/colours.ts';
import type { Panel } from '../grafana/panel.ts';
import { boundOf, lastOf, nameOf, type Series, type Span } from './prometheus.ts';
import { type Box, figure, rectangle, TONE, words } from './text.ts';

/** The series of each query of a panel, in their order. */
export type Answers = readonly (readonly Series[])[];

function colourOf({ thresholds = [] }: Panel, value: number): string {
  const passed = thresholds.filter(({ from }) => value >= from).at(-1);
  return passed ? COLOUR[passed.colour] : TONE.border;
}

export function stat(panel: Panel, [series = []]: Answers, box: Box): string {
  const value = series[0] ? lastOf(series[0]) : Number.NaN;
  const known = panel.words?.[`${value}`];
  const text =
    known?.text ?? (Number.isNaN(value) ? (panel.nothing ?? 'No data') : figure(value, panel.unit));
  const fill = known ? COLOUR[known.colour] : colourOf(panel, value);
  const size = Math.min(box.height * 0.5, (box.width * 1.4) / Math.max(4, text.length));
  return (
    rectangle(box, fill, 'rx="2"') +
    words(
      box.x + box.width / 2,
      box.y + box.height / 2 + size / 3,
      text,
      size,
      '#fff',
      'text-anchor="middle" font-weight="600"',
    )
  );
}

const BAR_HEIGHT = 34;

export function bars(panel: Panel, answers: Answers, box: Box, { to }: Span): string {
  const shown = panel.queries.flatMap(({ legend }, index) =>
    (answers[index] ?? [])
      .filter(({ points }) => points.at(-1)?.[0] === to)
      .map((series) => ({ name: nameOf(legend, series), value: lastOf(series) })),
  );
  shown.sort((one, other) => other.value - one.value);
  if (shown.length === 0) return words(box.x + 12, box.y + 40, panel.nothing ?? 'No data', 22, TONE.quiet);
  const height = Math.min(BAR_HEIGHT, box.height / shown.length);
  return shown
    .map(({ name, value }, index) => {
      const y = box.y + index * height;
      const width = (box.width - 90) * Math.min(1, value);
      return (
        rectangle(
          { x: box.x, y: y + height * 0.45, width: box.width - 90, height: height * 0.4 },
          TONE.border,
        ) +
        rectangle({ x: box.x, y: y + height * 0.45, width, height: height * 0.4 }, colourOf(panel, value)) +
        words(box.x, y + height * 0.38, name, 12, TONE.text) +
        words(box.x + box.width - 80, y + height * 0.8, figure(value, panel.unit), 16, colourOf(panel, value))
      );
    })
    .join('');
}

const LINE_HEIGHT = 26;
const NAMES_WIDTH = 200;

/** One line for each service of each instance: what Grafana makes of several instant queries by `merge`. */
export function table(panel: Panel, answers: Answers, box: Box, { to }: Span): string {
  const key = ({ labels }: Series) => `${labels.service} @ ${labels.instance}`;
  const now = answers.map((series) => series.filter(({ points }) => points.at(-1)?.[0] === to));
  const rows = [...new Set(now.flatMap((series) => series.map(key)))];
  const found = (row: string, column: number) => now[column]?.find((one) => key(one) === row);
  const first = (row: string) => {
    const series = found(row, 0);
    return series ? lastOf(series) : -1;
  };
  rows.sort((one, other) => first(other) - first(one));
  const width = (box.width - NAMES_WIDTH) / panel.queries.length;
  return panel.queries
    .map((query, column) => {
      const x = box.x + NAMES_WIDTH + column * width;
      const title = words(x, box.y + 14, query.label?.[1] ?? query.legend, 12, '#6e9fff');
      const cells = rows.map((row, index) => {
        const room = {
          x: x - 6,
          y: box.y + LINE_HEIGHT * (index + 1),
          width: width - 8,
          height: LINE_HEIGHT - 4,
        };
        return cell(panel, column, found(row, column), room);
      });
      return title + cells.join('');
    })
    .concat(
      rows.map((row, index) => words(box.x, box.y + LINE_HEIGHT * (index + 1) + 16, row, 13, TONE.text)),
    )
    .join('');
}

function cell(panel: Panel, column: number, series: Series | undefined, box: Box): string {
  const query = panel.queries[column];
  if (!series || !query) return '';
  const value = lastOf(series);
  const known = query.legend === 'breaker' ? panel.words?.[`${value}`] : undefined;
  const fill = known ? COLOUR[known.colour] : column === 0 ? colourOf(panel, value) : 'none';
  const text = query.label
    ? (series.labels[query.label[0]] ?? '')
    : (known?.text ?? figure(value, query.unit ?? panel.unit));
  return rectangle(box, fill) + words(box.x + 6, box.y + 16, text, 13, TONE.text);
}

/** Buckets of Prometheus hold all below their bound: a cell is the difference to the one before. */
export function heatmap(panel: Panel, [series = []]: Answers, box: Box, span: Span): string {
  const buckets = [...series].sort((one, other) => boundOf(one) - boundOf(other));
  const room = { ...box, x: box.x + 70, width: box.width - 70, height: box.height - 18 };
  const height = room.height / Math.max(1, buckets.length);
  const width = (room.width * span.step) / (span.to - span.from);
  const counts = buckets.map(({ points }, index) => {
    const below = new Map(buckets[index - 1]?.points ?? []);
    return points.map(([at, value]) => [at, value - (below.get(at) ?? 0)] as const);
  });
  const most = Math.max(...counts.flat().map(([, value]) => (Number.isFinite(value) ? value : 0)), 1e-9);
  return buckets

    .map((bucket, index) => {
      const y = room.y + room.height - (index + 1) * height;
      const cells = (counts[index] ?? [])
        .filter(([, value]) => value > 0)
        .map(([at, value]) => {
          const x = room.x + (room.width * (at - span.from)) / (span.to - span.from) - width;
          return rectangle({ x, y, width: width - 1, height: height - 1 }, heat(value / most));
        });
      const name = figure(boundOf(bucket), panel.unit);
      return words(box.x, y + height / 2 + 4, name, 11, TONE.quiet) + cells.join('');
    })
    .join('');
}

/** From blue over green and yellow to red; seldom things stay visible. */
function heat(share: number): string {
  return `hsl(${Math.round(230 * (1 - share ** 0.35))} 80% 50%)`;
}

export function states(panel: Panel, answers: Answers, box: Box, span: Span): string {
  const [series = []] = answers;
  const legend = panel.queries[0]?.legend ?? '';
  const height = Math.min(40, box.height / Math.max(1, series.length));
  const width = ((box.width - 170) * span.step) / (span.to - span.from);
  return series
    .map((one, index) => {
      const y = box.y + index * height;
      const cells = one.points.map(([at, value]) => {
        const x = box.x + 170 + ((box.width - 170) * (at - span.from)) / (span.to - span.from) - width;
        const known = panel.words?.[`${value}`];
        const fill = known ? COLOUR[known.colour] : TONE.border;
        return rectangle({ x, y: y + 2, width: width + 0.5, height: height - 4 }, fill);
      });
      return words(box.x, y + height / 2 + 4, nameOf(legend, one), 12, TONE.text) + cells.join('');
    })
    .join('');
}
