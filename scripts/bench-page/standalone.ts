// A plot as a picture of its own: on a card, with its title, in concrete colours that follow the reader's scheme. Pages
// of a repository show pictures without their style sheet, and some viewers know no CSS variable: so the light colours
// stand in the drawing itself, and a rule for each exchanges it in the dark. Called by page.ts.

import { draw } from '../../bench/storm/report/draw.ts';
import { escaped } from '../../bench/storm/report/html.ts';
import { TONES } from '../../bench/storm/report/theme.ts';
import type { Plot } from './part.ts';

const MARGIN = 18;
const TITLE_HEIGHT = 38;
const TITLE_SIZE = 18;
const CORNER = 10;

export function standalone({ name, option }: Plot, title: string): string {
  const drawn = inLight(draw(name, option));
  const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(drawn) ?? []).map(Number);
  const inner = drawn.replace(/^<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
  const [wide, high] = [width + 2 * MARGIN, height + TITLE_HEIGHT + 2 * MARGIN];
  const { surface, line, text } = TONES;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" role="img">
<title>${escaped(title)}</title>
<style>@media (prefers-color-scheme: dark) {${darkRules()}}</style>
<rect x="0.5" y="0.5" width="${wide - 1}" height="${high - 1}" rx="${CORNER}" fill="${surface.light}" stroke="${line.light}"/>
<text x="${MARGIN}" y="${MARGIN + TITLE_SIZE}" font-family="system-ui, sans-serif" font-size="${TITLE_SIZE}" font-weight="600" fill="${text.light}">${escaped(title)}</text>
<g transform="translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})">${inner}</g>
</svg>
`;
}

function inLight(svg: string): string {
  return Object.entries(TONES).reduce(
    (text, [name, { light }]) => text.replaceAll(`var(--${name})`, light),
    svg,
  );
}

function darkRules(): string {
  return Object.values(TONES)
    .map(({ light, dark }) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`)
    .join('');
}
