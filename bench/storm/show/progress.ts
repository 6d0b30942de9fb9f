// While a storm runs: one line on the terminal's stderr, written over itself, with a bar and live rates. Nothing of it
// where no terminal is, and nothing is left of it at the end. Started and stopped by index.ts.

import { durationText } from '../../../src/lib/text.ts';
import type { Results } from '../load/results.ts';
import type { Live } from '../storm.ts';

const EVERY_MS = 200;
/** The rate is that of the last second. */
const RATE_SAMPLES = 5;
const BAR_CHARACTERS = 20;
const CLEAR_LINE = '\r\u001b[2K';

export interface ProgressState {
  readonly results: Pick<Results, 'started' | 'open' | 'greeted' | 'failed'>;
  readonly waiting: number;
  readonly ms: number;
  readonly greetedPerSecond: number;
}

/** The returned function ends it. */
export function showProgress(write: (text: string) => void, columns: number, live: Live): () => void {
  const beganAt = performance.now();
  const greeted: number[] = [];
  const timer = setInterval(() => {
    greeted.push(live.results.greeted);
    if (greeted.length > RATE_SAMPLES + 1) greeted.shift();
    const grown = live.results.greeted - (greeted[0] ?? 0);
    const state: ProgressState = {
      results: live.results,
      waiting: live.waiting(),
      ms: performance.now() - beganAt,
      greetedPerSecond: (grown * 1_000) / (Math.max(1, greeted.length - 1) * EVERY_MS),
    };
    write(CLEAR_LINE + progressLine(state, columns));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    write(CLEAR_LINE);
  };
}

export function progressLine(
  { results, waiting, ms, greetedPerSecond }: ProgressState,
  columns: number,
): string {
  const { started, open, greeted, failed } = results;
  const all = Math.max(1, started + waiting);
  const done = (started - open) / all;
  const bar = '#'.repeat(Math.round(done * BAR_CHARACTERS)).padEnd(BAR_CHARACTERS, '.');
  const text =
    `[${bar}] ${Math.floor(done * 100)} %  ${durationText(ms)}  ${started}/${all} arrived, ${open} open, ` +
    `${greeted} greeted (${Math.round(greetedPerSecond)}/s), ${failed} failed`;
  return text.slice(0, Math.max(0, columns - 1));
}
