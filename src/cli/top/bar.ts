// The workers of a service as a bar against maxchild: busy, draining, ready, starting, and what is still allowed. Each
// kind has a shape of its own; whoever exists has at least one cell. Pure.

import { type Span, span, type Tone } from './paint.ts';

type Part = Extract<Tone, 'busy' | 'draining' | 'ready' | 'starting'>;

export type Glyphs = Readonly<Record<Part | 'free', string>>;

export const UNICODE: Glyphs = { busy: '█', draining: '▚', ready: '▒', starting: '░', free: '·' };
export const ASCII: Glyphs = { busy: '#', draining: '%', ready: '=', starting: '-', free: '.' };

export interface Crew {
  readonly busy: number;
  readonly draining: number;
  /** Includes those that start, as everywhere. */
  readonly ready: number;
  readonly starting: number;
  readonly prefork: number;
  /** null: unlimited. */
  readonly maxchild: number | null;
}

/** An unlimited service has no end to be drawn: its bar is full at twice what it keeps ready, or at what it has. */
const UNLIMITED_SCALE_MIN = 8;

export function bar(crew: Crew, width: number, glyphs: Glyphs): readonly Span[] {
  const counts: readonly (readonly [Part, number])[] = [
    ['busy', crew.busy],
    ['draining', crew.draining],
    ['ready', Math.max(0, crew.ready - crew.starting)],
    ['starting', crew.starting],
  ];
  const active = counts.reduce((total, [, count]) => total + count, 0);
  const scale = Math.max(active, crew.maxchild ?? Math.max(2 * crew.prefork, UNLIMITED_SCALE_MIN), 1);
  const cells = counts.map(([, count]) =>
    count === 0 ? 0 : Math.max(1, Math.round((count / scale) * width)),
  );
  // Rounding may have given away more than there is: the longest can spare it.
  for (let over = total(cells) - width; over > 0; over -= 1) {
    const longest = cells.indexOf(Math.max(...cells));
    cells[longest] = (cells[longest] ?? 0) - 1;
  }
  // A bar that is not full is not drawn full.
  if (active < scale && total(cells) === width && Math.max(...cells) > 1) {
    const longest = cells.indexOf(Math.max(...cells));
    cells[longest] = (cells[longest] ?? 0) - 1;
  }
  const drawn = counts.map(([part], index) => span(glyphs[part].repeat(cells[index] ?? 0), part));
  return [...drawn, span(glyphs.free.repeat(Math.max(0, width - total(cells))), 'faint')].filter(
    ({ text }) => text !== '',
  );
}

const total = (cells: readonly number[]) => cells.reduce((sum, count) => sum + count, 0);
