// How many columns of a terminal a text takes, and texts cut or padded to a number of them. Foreign text is made
// printable first by whoever shows it. Pure; used by the parts of `preforkd top` and by the tables.

/** Beside emoji: East Asian wide and fullwidth characters (UAX #11), as blocks. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  // Accents and joiners sit on what stands before them.
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  const wide = WIDE.some(([first, last]) => code >= first && code <= last);
  return wide || /^\p{Emoji_Presentation}$/u.test(character) ? 2 : 1;
}

/** At most `width` columns; what is cut off leaves an ellipsis. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    kept += character;
  }
  return width <= 0 ? '' : `${kept}…`;
}

/** Exactly `width` columns. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(shown)));
  return align === 'right' ? space + shown : shown + space;
}

/** Lines of at most `width` columns, broken between words; a longer word has a line of its own, and is whole. */
export function brokenBetweenWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** The same, with nothing wider than `width`, and at most `lines` of them: the last one is cut. */
export function wrap(text: string, width: number, lines = Number.POSITIVE_INFINITY): string[] {
  const broken = brokenBetweenWords(text, width);
  if (broken.length <= lines) return broken.map((each) => cut(each, width));
  const rest = broken.slice(lines - 1).join(' ');
  return [...broken.slice(0, lines - 1), rest].map((each) => cut(each, width));
}
