// What the person at `preforkd top` has chosen: order, selected service, page, and a question that is open. A key makes
// the next view of it, and perhaps a wish for screen.ts. Pure.

import type { Row, Severity } from './figures.ts';

export const SORTS = [
  'trouble',
  'name',
  'queue',
  'busy',
  'active',
  'connections',
  'spawns',
  'cpu',
  'memory',
] as const;
export type Sort = (typeof SORTS)[number];
export type Page = 'list' | 'service' | 'help';
export type ChangingVerb = 'pause' | 'resume';

export interface View {
  readonly sort: Sort;
  readonly reversed: boolean;
  /** Title of the row; undefined: the first. */
  readonly selected: string | undefined;
  readonly page: Page;
  /** Asked before it is done. */
  readonly asking: { readonly verb: ChangingVerb; readonly service: string } | undefined;
  /** What became of the last wish. */
  readonly note: string;
}

export type Wish =
  | { readonly kind: 'quit' }
  | { readonly kind: 'look' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'change'; readonly verb: ChangingVerb; readonly service: string };

export interface Step {
  readonly view: View;
  readonly wish?: Wish;
}

export const FIRST_VIEW: View = {
  sort: 'trouble',
  reversed: false,
  selected: undefined,
  page: 'list',
  asking: undefined,
  note: '',
};

const SEVERITIES: Readonly<Record<Severity, number>> = { error: 2, warning: 1, well: 0 };

/** What it is sorted by; the largest comes first. */
const MEASURES: Readonly<Record<Exclude<Sort, 'name'>, (row: Row) => number>> = {
  trouble: ({ severity, service }) => SEVERITIES[severity] * 1e9 + service.queue,
  queue: ({ service }) => service.queue,
  busy: ({ service }) => service.busy,
  active: ({ service }) => service.active,
  connections: ({ connectionRate }) => connectionRate ?? -1,
  spawns: ({ spawnRate }) => spawnRate ?? -1,
  cpu: ({ cpuPercent }) => cpuPercent ?? -1,
  memory: ({ memoryBytes }) => memoryBytes ?? -1,
};

export function sorted(rows: readonly Row[], { sort, reversed }: View): readonly Row[] {
  const byName = (one: Row, other: Row) => (one.title < other.title ? -1 : 1);
  const ordered =
    sort === 'name'
      ? rows.toSorted(byName)
      : rows.toSorted((one, other) => MEASURES[sort](other) - MEASURES[sort](one) || byName(one, other));
  return reversed ? ordered.toReversed() : ordered;
}

/** Of the sorted rows; 0 when the selected one has gone. */
export function selectedIndex(rows: readonly Row[], { selected }: View): number {
  return Math.max(
    0,
    rows.findIndex(({ title }) => title === selected),
  );
}

/** `rows` as they are shown, and how many of them at once. */
export function onKey(view: View, key: string, rows: readonly Row[], perPage: number): Step {
  if (view.asking !== undefined) return answered(view, key);
  const clear = { ...view, note: '' };
  const move = MOVES[key]?.(selectedIndex(rows, view), perPage, rows.length);
  if (move !== undefined) {
    const index = Math.min(Math.max(0, move), rows.length - 1);
    return { view: { ...clear, selected: rows[index]?.title } };
  }
  return KEYS[key]?.(clear, rows[selectedIndex(rows, view)]) ?? { view: clear };
}

function answered(view: View, key: string): Step {
  const { asking } = view;
  const done = { ...view, asking: undefined };
  if (asking === undefined || key !== 'y') return { view: { ...done, note: 'nothing was done' } };
  return { view: done, wish: { kind: 'change', ...asking } };
}

type Move = (from: number, perPage: number, count: number) => number;
const up: Move = (from) => from - 1;
const down: Move = (from) => from + 1;
const first: Move = () => 0;
const last: Move = (_from, _perPage, count) => count - 1;

const MOVES: Readonly<Record<string, Move>> = {
  up,
  k: up,
  down,
  j: down,
  home: first,
  g: first,
  end: last,
  G: last,
  pageup: (from, perPage) => from - perPage,
  pagedown: (from, perPage) => from + perPage,
};

type KeyAction = (view: View, row: Row | undefined) => Step;

const toggle =
  (page: Page): KeyAction =>
  (view) => ({ view: { ...view, page: view.page === page ? 'list' : page } });
const ask =
  (verb: ChangingVerb): KeyAction =>
  (view, row) => {
    if (row === undefined) return { view };
    return { view: { ...view, asking: { verb, service: row.service.name } } };
  };
const sortBy =
  (step: number): KeyAction =>
  (view) => {
    const at = (SORTS.indexOf(view.sort) + step + SORTS.length) % SORTS.length;
    return { view: { ...view, sort: SORTS[at] ?? 'trouble' } };
  };
const quit: KeyAction = (view) => ({ view, wish: { kind: 'quit' } });

const KEYS: Readonly<Record<string, KeyAction>> = {
  q: quit,
  '?': toggle('help'),
  h: toggle('help'),
  w: toggle('service'),
  enter: toggle('service'),
  escape: (view) => ({ view: { ...view, page: 'list' } }),
  s: sortBy(1),
  right: sortBy(1),
  '>': sortBy(1),
  left: sortBy(-1),
  '<': sortBy(-1),
  S: (view) => ({ view: { ...view, reversed: !view.reversed } }),
  p: ask('pause'),
  r: ask('resume'),
  space: (view) => ({ view, wish: { kind: 'look' } }),
  redraw: (view) => ({ view, wish: { kind: 'redraw' } }),
};
