// Figures as text, the same in every part of the page.

import type { Machine, Spread } from '../../bench/lib/statistics.ts';

export function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}

export function megabytes(bytes: number): string {
  return `${fixed(bytes / 1e6, 1)} MB`;
}

/** The median, with the 10th and 90th percentile in brackets. */
export function range({ median, p10, p90 }: Spread, digits: number): string {
  return `${fixed(median, digits)} (${fixed(p10, digits)}-${fixed(p90, digits)})`;
}

/** Rows of cells, with a head; cells are texts. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

export function machineLine({ processors, model, node, kernel, loadAverage, stealShare }: Machine): string {
  const steal = fixed(stealShare * 100, 1);
  return `${processors} x ${model}, Linux ${kernel}, Node ${node}; load average ${fixed(loadAverage, 2)}, steal ${steal} %.`;
}
