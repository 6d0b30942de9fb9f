// Aligned columns for a person: as wide as the widest cell, numbers to the right, nothing cut. Where a table is wider than
// the terminal, whole columns give way, those that matter least first; which, is said. Pure.

import { fit, widthOf } from './top/width.ts';

export type Align = 'left' | 'right';

export interface Column<Row> {
  readonly title: string;
  readonly align?: Align;
  /** In a table that is too wide the highest goes first, if that helps; without one it stays. */
  readonly givesWay?: number;
  cell(row: Row): string;
}

export interface Table {
  readonly text: string;
  /** Titles of the columns for which there was no room. */
  readonly leftOut: readonly string[];
}

const GAP = '  ';

/** One line per row below the titles. Columns that are empty in every row are left out. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return tableThatFits(columns, rows, Number.POSITIVE_INFINITY).text;
}

/** The same, at most `width` columns of a terminal wide where that can be had. */
export function tableThatFits<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): Table {
  const all = columns
    .map(({ title, align = 'left', givesWay = 0, cell }) => {
      const cells = rows.map((row) => cell(row));
      const widest = Math.max(widthOf(title), ...cells.map(widthOf));
      return { title, align, givesWay, cells, widest };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  let left = width + GAP.length;
  const fitting = new Set(
    all
      .toSorted((one, other) => one.givesWay - other.givesWay)
      .filter(({ givesWay, widest }) => {
        const fits = givesWay === 0 || widest + GAP.length <= left;
        if (fits) left -= widest + GAP.length;
        return fits;
      }),
  );
  const shown = all.filter((column) => fitting.has(column));
  const lines = [-1, ...rows.keys()].map((row) =>
    shown
      .map(({ title, align, cells, widest }) => fit(row < 0 ? title : (cells[row] ?? ''), widest, align))
      .join(GAP)
      .trimEnd(),
  );
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    leftOut: all.filter((column) => !fitting.has(column)).map(({ title }) => title),
  };
}
