// The two tables of a picture of `preforkd top`: services and the last events. Pure; called by frame.ts and pages.ts.

import { printable } from '../../lib/text.ts';
import type { Remark, RemarkLevel } from '../../plane/recent.ts';
import { bar, type Glyphs } from './bar.ts';
import { GAP, type Layout, layoutOf } from './columns.ts';
import type { Row } from './figures.ts';
import { type Line, type Span, span, type Tone } from './paint.ts';
import type { View } from './view.ts';
import { cut, fit, widthOf } from './width.ts';

export interface ListOptions {
  readonly view: View;
  readonly glyphs: Glyphs;
  readonly width: number;
  /** The selected row. */
  readonly index: number;
  /** Lines, the titles included. */
  readonly room: number;
  /** Whether the selected row is shown as such. */
  readonly marked: boolean;
}

export function listLines(rows: readonly Row[], options: ListOptions): readonly Line[] {
  if (rows.length === 0) return [[span('no services', 'faint')]];
  const { width, index, room, marked } = options;
  const layout = layoutOf(width, Math.max(...rows.map(({ title }) => widthOf(printable(title)))));
  const count = Math.min(rows.length, room - 1);
  // The selected one is always among those that are shown.
  const start = Math.min(Math.max(0, index - Math.floor(count / 2)), rows.length - count);
  const shown = rows.slice(start, start + count);
  return [
    titleLine(
      layout,
      width,
      rows.length > count ? `${start + 1}-${start + count}/${rows.length}` : 'WORKERS',
    ),
    ...shown.map((row, at) => rowLine(row, layout, options, marked && start + at === index)),
  ];
}

function titleLine({ name, bar: barWidth, columns }: Layout, width: number, overBar: string): Line {
  const cells = columns.map(({ title, width: each, align }) => fit(title, each, align));
  if (barWidth > 0) cells.splice(barPlace(columns), 0, fit(overBar, barWidth));
  return [span(cut(`  ${[fit('SERVICE', name), ...cells].join(' '.repeat(GAP))}`, width), 'faint')];
}

/** Among the columns: behind the state, or first where there is no room for a state. */
function barPlace(columns: Layout['columns']): number {
  return columns[0]?.title === 'STATE' ? 1 : 0;
}

function rowLine(row: Row, layout: Layout, { glyphs }: ListOptions, selected: boolean): Line {
  const gap = span(' '.repeat(GAP));
  const cells = layout.columns.map(({ title, cell, width, align }): readonly Span[] => [
    gap,
    span(fit(cell(row), width, align), toneOf(title, row)),
  ]);
  if (layout.bar > 0)
    cells.splice(barPlace(layout.columns), 0, [gap, ...bar(row.service, layout.bar, glyphs)]);
  return [
    span(selected ? '> ' : '  ', selected ? 'title' : 'plain'),
    span(fit(printable(row.title), layout.name), selected ? 'selected' : 'plain'),
    ...cells.flat(),
  ];
}

function toneOf(column: string, { severity, service }: Row): Tone {
  if (column === 'STATE') return severity === 'well' ? 'plain' : severity;
  return column === 'QUEUE' && service.queue > 0 ? 'warning' : 'plain';
}

const REMARK_TONES: Readonly<Record<RemarkLevel, Tone>> = {
  debug: 'faint',
  info: 'plain',
  warn: 'warning',
  error: 'error',
};

/** The oldest first, as a log reads; nothing when there are none. */
export function remarkLines(remarks: readonly Remark[], width: number): readonly Line[] {
  if (remarks.length === 0) return [];
  const lines = remarks.map(({ at, level, text }): Line => {
    const clock = new Date(at).toTimeString().slice(0, 8);
    return [
      span(`${clock} `, 'faint'),
      span(cut(printable(text), Math.max(0, width - 9)), REMARK_TONES[level]),
    ];
  });
  return [[], [span(cut('LAST EVENTS', width), 'faint')], ...lines];
}
