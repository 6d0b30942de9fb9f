// `preforkd top` on a terminal: looks at the master again and again, redraws in place, and does what keys ask for.
// Goes on when the master does not answer, and shows that. Resolves with the exit code; the terminal is then as it was.

import { EXIT } from '../../lib/exit-codes.ts';
import type { Glyphs } from './bar.ts';
import { type Figures, figuresOf } from './figures.ts';
import { frame, perPageOf } from './frame.ts';
import { type Look as Paint, paint } from './paint.ts';
import type { Look, Source } from './source.ts';
import { openTerminal } from './terminal.ts';
import { FIRST_VIEW, onKey, type Sort, sorted, type View, type Wish } from './view.ts';

export interface ScreenInput {
  readonly source: Source;
  /** The master has answered before we take the terminal. */
  readonly first: Look;
  readonly delayMs: number;
  readonly glyphs: Glyphs;
  readonly look: Paint;
  readonly sort: Sort;
}

export function runScreen({ source, first, delayMs, glyphs, look, sort }: ScreenInput): Promise<number> {
  return new Promise((resolve) => {
    let view: View = { ...FIRST_VIEW, sort };
    let latest = first;
    let figures: Figures = figuresOf(first, undefined);
    let trouble: string | undefined;
    let looking = false;
    let timer: NodeJS.Timeout;

    const terminal = openTerminal({ key, resized, gone: () => finish(EXIT.ok) });
    const draw = () => {
      const { columns: width, rows: height } = terminal;
      const picture = { figures, remarks: latest.remarks, trouble, view, glyphs, width, height };
      terminal.draw(frame({ ...picture, now: new Date() }).map((line) => paint(line, look)));
    };
    const again = async () => {
      clearTimeout(timer);
      if (looking) return;
      looking = true;
      const looked = await source.look();
      looking = false;
      trouble = looked.ok ? undefined : looked.error;
      if (looked.ok) {
        figures = figuresOf(looked.value, latest);
        latest = looked.value;
      }
      draw();
      timer = setTimeout(() => void again(), delayMs);
    };
    const finish = (exitCode: number) => {
      clearTimeout(timer);
      terminal.close();
      resolve(exitCode);
    };
    const grant = async (wish: Wish) => {
      if (wish.kind === 'quit') return finish(EXIT.ok);
      if (wish.kind === 'redraw') terminal.clear();
      else if (wish.kind === 'change') {
        view = { ...view, note: await source.change(wish.verb, wish.service) };
      }
      draw();
      if (wish.kind !== 'redraw') await again();
    };
    function key(name: string): void {
      if (name === 'interrupt') {
        finish(EXIT.interrupted);
        return;
      }
      const step = onKey(view, name, sorted(figures.rows, view), perPageOf(terminal.rows));
      view = step.view;
      if (step.wish === undefined) draw();
      else void grant(step.wish);
    }
    function resized(): void {
      terminal.clear();
      draw();
    }
    draw();
    timer = setTimeout(() => void again(), Math.min(delayMs, FIRST_RATES_MS));
  });
}

/** Rates need two looks: the second is early. */
const FIRST_RATES_MS = 1_000;
