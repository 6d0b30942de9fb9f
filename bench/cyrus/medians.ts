// Medians of both sides, figure by figure, and the ratio between them.

import { median } from '../lib/statistics.ts';
import type { Side } from './sides.ts';

export type Both<Figures> = Readonly<Record<Side, Figures>>;

type Numeric<Figures> = { readonly [Name in keyof Figures]: number };

/** All runs of a side have the same figures. */
export function medians<Figures extends Numeric<Figures>>(runs: readonly Figures[]): Figures {
  const [first] = runs;
  if (!first) throw new Error('there is nothing to take the median of');
  const names = Object.keys(first) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name]))])) as Figures;
}

export function bothMedians<Figures extends Numeric<Figures>>(
  runs: Readonly<Record<Side, readonly Figures[]>>,
): Both<Figures> {
  return { cyrus: medians(runs.cyrus), preforkd: medians(runs.preforkd) };
}

/** Ours to Cyrus's. */
export function ratioOf<Figures>(sides: Both<Figures>, figure: (figures: Figures) => number): number {
  return figure(sides.preforkd) / figure(sides.cyrus);
}
