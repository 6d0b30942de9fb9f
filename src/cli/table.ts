// Aligned columns for a person: as wide as the widest cell, numbers to the right, nothing cut. Pure.

export type Align = 'left' | 'right';

export interface Column<Row> {
  readonly title: string;
  readonly align?: Align;
  cell(row: Row): string;
}

const GAP = '  ';

/** One line per row below the titles. Columns that are empty in every row are left out. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const shown = columns
    .map(({ title, align = 'left', cell }) => ({ title, align, cells: rows.map((row) => cell(row)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const lines = [-1, ...rows.keys()].map((row) =>
    shown
      .map(({ title, align, cells }) => {
        const width = Math.max(title.length, ...cells.map((cell) => cell.length));
        const text = row < 0 ? title : (cells[row] ?? '');
        return align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}
