// Lines of a terminal as spans with a meaning, and how a meaning looks: with colours or without. Pure. Whatever a
// colour says is also said by a word or by the shape of a bar, for NO_COLOR and for those who see no colours.

import { cut, widthOf } from './width.ts';

export type Tone =
  | 'plain'
  | 'title'
  | 'faint'
  | 'well'
  | 'warning'
  | 'error'
  | 'selected'
  | 'busy'
  | 'ready'
  | 'starting'
  | 'draining';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });

const RESET = '\u001b[0m';
/** The sixteen colours that every theme has made readable; select graphic rendition (ECMA-48). */
const CODES: Readonly<Record<Tone, string>> = {
  plain: '',
  title: '\u001b[1m',
  faint: '\u001b[2m',
  well: '\u001b[32m',
  warning: '\u001b[1;33m',
  error: '\u001b[1;31m',
  selected: '\u001b[7m',
  busy: '\u001b[34m',
  ready: '\u001b[32m',
  starting: '\u001b[33m',
  draining: '\u001b[35m',
};
/** Without colours: what a terminal has always had. */
const COLOURLESS: ReadonlySet<Tone> = new Set(['title', 'selected']);

/** The line cut to so many columns. */
export function clip(line: Line, width: number): Line {
  let left = width;
  return line.flatMap(({ text, tone }) => {
    if (left <= 0) return [];
    const shown = cut(text, left);
    left -= widthOf(shown);
    return [{ text: shown, tone }];
  });
}

/** 'none': not even bold, for files and pipes. */
export type Look = 'colours' | 'monochrome' | 'none';

export function paint(line: Line, look: Look): string {
  return line
    .map(({ text, tone }) => {
      const shown = look === 'colours' || (look === 'monochrome' && COLOURLESS.has(tone));
      return shown && CODES[tone] !== '' ? `${CODES[tone]}${text}${RESET}` : text;
    })
    .join('');
}
