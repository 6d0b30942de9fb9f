// `preforkd top`: what runs, redrawn in place on a terminal; elsewhere, or with -n, pictures as plain text. Decides which,
// and how it may look; the rest is in top/. Exit code 69 when no master answers at the beginning.

import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../lib/exit-codes.ts';
import { type LocateOptions, locateControlSocket } from './locate.ts';
import type { Output } from './output.ts';
import { ASCII, type Glyphs, UNICODE } from './top/bar.ts';
import { figuresOf } from './top/figures.ts';
import { frame } from './top/frame.ts';
import { paint } from './top/paint.ts';
import { runScreen } from './top/screen.ts';
import { createSource, type Look, type Source } from './top/source.ts';
import { FIRST_VIEW, type Sort } from './top/view.ts';

export interface TopOptions extends LocateOptions {
  /** Seconds. */
  readonly delay: number;
  /** Pictures to print; undefined: one, or on a terminal the screen. */
  readonly count?: number;
  readonly once?: boolean;
  readonly sort: Sort;
}

/** Of a picture that is printed where no width is known. */
const COLUMNS_ON_PAPER = 100;

export async function runTop(options: TopOptions, output: Output): Promise<number> {
  const located = await locateControlSocket(options);
  if (!located.ok) {
    output.err(`${located.error.text}\n`);
    return located.error.exitCode;
  }
  const source = createSource(located.value.path);
  const first = await source.look();
  if (!first.ok) {
    output.err(`preforkd: the master at ${located.value.path} does not answer: ${first.error}\n`);
    return EXIT.unavailable;
  }
  const delayMs = options.delay * 1000;
  const glyphs = speaksUtf8(process.env) ? UNICODE : ASCII;
  const pictures = options.once === true ? 1 : options.count;
  const interactive = pictures === undefined && process.stdin.isTTY && process.stdout.isTTY;
  if (!interactive)
    return print({ source, first: first.value, delayMs, glyphs, pictures: pictures ?? 1 }, options, output);
  const look = output.colours === true && process.env.TERM !== 'dumb' ? 'colours' : 'monochrome';
  return runScreen({ source, first: first.value, delayMs, glyphs, look, sort: options.sort });
}

interface Printing {
  readonly source: Source;
  readonly first: Look;
  readonly delayMs: number;
  readonly glyphs: Glyphs;
  readonly pictures: number;
}

/** Each picture shows the rates of the delay before it. */
async function print(
  { source, first, delayMs, glyphs, pictures }: Printing,
  { sort }: TopOptions,
  output: Output,
): Promise<number> {
  let before = first;
  for (let picture = 0; picture < pictures; picture += 1) {
    await sleep(delayMs);
    const looked = await source.look();
    if (!looked.ok) {
      output.err(`preforkd: the master does not answer: ${looked.error}\n`);
      return EXIT.unavailable;
    }
    const lines = frame({
      figures: figuresOf(looked.value, before),
      remarks: looked.value.remarks,
      trouble: undefined,
      view: { ...FIRST_VIEW, sort },
      glyphs,
      width: output.columns ?? (Number(process.env.COLUMNS) || COLUMNS_ON_PAPER),
      height: undefined,
      now: new Date(),
    });
    const text = lines.map((line) => `${paint(line, 'none').trimEnd()}\n`).join('');
    output.out(picture === 0 ? text : `\n${text}`);
    before = looked.value;
  }
  return EXIT.ok;
}

/** As the C library decides it: the first of these that is set. */
export function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale);
}
