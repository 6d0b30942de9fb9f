// What pages of figures and plots have in common: the page itself, which needs nothing from anywhere, its tiles, figures
// and the card at its end. Used by the report of a storm and by those of the incidents. All text is escaped here.

import { escaped } from './html.ts';
import { STYLE } from './style.ts';

/** A figure on top of the page. */
export type Tile = readonly [name: string, value: string, bad?: boolean];

export interface Figure {
  readonly title: string;
  /** What the plot shows, for those who see it for the first time. */
  readonly says: string;
  readonly svg: string;
}

/** `body` is HTML. */
export function framed(title: string, subtitle: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
<p class="sub">${escaped(subtitle)}</p>
</header>
${body}
</main>
</body>
</html>
`;
}

/** 'even': all of one width, for rows that are compared. */
export function tilesHtml(tiles: readonly Tile[], width?: 'even'): string {
  const html = tiles.map(
    ([name, value, bad]) =>
      `<div class="tile${bad ? ' bad' : ''}"><b>${escaped(value)}</b><span>${escaped(name)}</span></div>`,
  );
  const classes = width === undefined ? 'tiles' : `tiles ${width}`;
  return `<section class="${classes}">${html.join('')}</section>`;
}

export function figureHtml({ title, says, svg }: Figure): string {
  return `<figure><figcaption><h2>${escaped(title)}</h2><p>${escaped(says)}</p></figcaption>${svg}</figure>`;
}

export function cardHtml(title: string, rows: readonly (readonly [name: string, value: string])[]): string {
  const html = rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return `<section class="card"><h2>${escaped(title)}</h2><dl>${html.join('')}</dl></section>`;
}

export function tableHtml(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const html = [row(titles, 'th'), ...rows.map((cells) => row(cells, 'td'))].join('');
  return `<section class="card"><h2>${escaped(title)}</h2><table>${html}</table></section>`;
}
