// The columns of `preforkd top`: what each shows, how wide it is, and which give way where a terminal is narrow. Pure.
// The bar takes what is left of the line.

import { sizeText } from '../../lib/text.ts';
import type { Row } from './figures.ts';

export interface TopColumn {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** In the order of the line; `rank`: the highest give way first. */
const COLUMNS: readonly (TopColumn & { readonly rank: number })[] = [
  { title: 'STATE', width: 13, align: 'left', rank: 2, cell: ({ state }) => state },
  { title: 'ACTIVE', width: 8, align: 'right', rank: 0, cell: activeCell },
  { title: 'QUEUE', width: 9, align: 'right', rank: 1, cell: queueCell },
  { title: 'CONN/S', width: 6, align: 'right', rank: 3, cell: ({ connectionRate: rate }) => rateText(rate) },
  { title: 'SPAWN/S', width: 7, align: 'right', rank: 4, cell: ({ spawnRate: rate }) => rateText(rate) },
  { title: 'CPU', width: 5, align: 'right', rank: 5, cell: cpuCell },
  { title: 'MEMORY', width: 7, align: 'right', rank: 6, cell: memoryCell },
];

export const GAP = 1;
const BAR_MIN = 9;
const BAR_MAX = 40;
const NAME_MIN = 9;

export interface Layout {
  readonly name: number;
  /** 0: no room for one. */
  readonly bar: number;
  readonly columns: readonly TopColumn[];
}

/** `names` is the width of the longest name. */
export function layoutOf(width: number, names: number): Layout {
  const marker = 2;
  const wanted = Math.min(Math.max(names, NAME_MIN), Math.max(NAME_MIN, Math.floor(width / 4)));
  let columns = [...COLUMNS];
  const left = () => width - marker - wanted - columns.reduce((sum, column) => sum + column.width + GAP, 0);
  while (columns.length > 0 && left() < BAR_MIN + GAP) {
    const last = Math.max(...columns.map(({ rank }) => rank));
    if (last <= 1) break;
    columns = columns.filter(({ rank }) => rank !== last);
  }
  const room = left() - GAP;
  const bar = room < 4 ? 0 : Math.min(BAR_MAX, room);
  // What the bar cannot use goes to names that are longer.
  const spare = bar === 0 ? Math.max(0, left()) : room - bar;
  return { name: Math.max(1, Math.min(Math.max(names, wanted), wanted + spare)), bar, columns };
}

function activeCell({ service: { active, maxchild, kind } }: Row): string {
  return kind === 'daemon' || maxchild === null ? String(active) : `${active}/${maxchild}`;
}

/** Of how many the kernel lets wait. */
function queueCell({ service: { queue, queueLimit, kind } }: Row): string {
  if (kind === 'daemon') return '';
  return queueLimit === 0 ? String(queue) : `${queue}/${queueLimit}`;
}

function cpuCell({ cpuPercent }: Row): string {
  return cpuPercent === undefined
    ? ''
    : `${cpuPercent < 10 ? cpuPercent.toFixed(1) : Math.round(cpuPercent)}%`;
}

function memoryCell({ memoryBytes }: Row): string {
  return memoryBytes === undefined ? '' : sizeText(memoryBytes).replace(/\.\d /, ' ');
}

/** '0', '0.4', '12', '1.2k'. */
export function rateText(rate: number | undefined): string {
  if (rate === undefined) return '';
  if (rate === 0) return '0';
  if (rate < 9.95) return rate.toFixed(1);
  return rate < 10_000 ? String(Math.round(rate)) : `${(rate / 1000).toFixed(rate < 99_950 ? 1 : 0)}k`;
}
