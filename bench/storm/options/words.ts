// The small words that options are made of: durations, rates, shares, counts, and lists such as every=2s,for=500ms.
// A mistake is kept and a value in its place goes on, so that a person reads all mistakes at once. Pure; used by the
// readers of options/.

import { parseDuration } from '../../../src/config/units.ts';
import { err, ok, type Result } from '../../../src/lib/result.ts';

/** Reads the values of one command line; `mistakes` grows. */
export interface Words {
  readonly mistakes: readonly string[];
  mistake(text: string): void;
  /** What `parse` makes of the text, or the fallback with the mistake kept. */
  take<T>(option: string, text: string | undefined, parse: Parse<T>, fallback: T): T;
}

export type Parse<T> = (text: string) => Result<T, string>;

export function createWords(): Words {
  const mistakes: string[] = [];
  return {
    mistakes,
    mistake: (text) => void mistakes.push(text),
    take: (option, text, parse, fallback) => {
      if (text === undefined) return fallback;
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      mistakes.push(`${option}: ${parsed.error}`);
      return fallback;
    },
  };
}

/** Whole milliseconds, at least 1. */
export const duration: Parse<number> = (text) => {
  const parsed = parseDuration(text);
  if (!parsed.ok) return err(`${parsed.error.message}; ${parsed.error.hint}`);
  return parsed.value > 0 ? ok(parsed.value) : err(`"${text}" is no time at all`);
};

const PER_SECOND: Readonly<Record<string, number>> = { s: 1, m: 1 / 60, h: 1 / 3_600 };

/** `500/s`, `30/m` -> per second. */
export const rate: Parse<number> = (text) => {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)\/([smh])$/.exec(text);
  const perSecond = match === null ? 0 : Number(match[1]) * (PER_SECOND[match[2] ?? ''] ?? 0);
  return perSecond > 0 ? ok(perSecond) : err(`"${text}" is not a rate; write 500/s or 30/m`);
};

/** `10%` -> 0.1. */
export const share: Parse<number> = (text) => {
  const match = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) / 100;
  return value >= 0 && value <= 1 ? ok(value) : err(`"${text}" is not a share; write 10%`);
};

export function count(most: number, least = 1): Parse<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return ok(value);
    return err(`"${text}" is not a whole number from ${least} to ${most}`);
  };
}

/** `10%,every=2s`: at most one part without a name, then named parts, each once. */
export function parts(text: string, known: readonly string[]): Result<ReadonlyMap<string, string>, string> {
  const found = new Map<string, string>();
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const name = at < 0 ? '' : part.slice(0, at);
    const value = part.slice(at + 1);
    if (!known.includes(name)) return err(`"${part}" is not understood; ${partsHint(known)}`);
    if (value === '') return err(`"${part}" says no value`);
    if (found.has(name)) return err(`"${part}": said twice`);
    found.set(name, value);
  }
  return ok(found);
}

function partsHint(known: readonly string[]): string {
  const named = known.filter((name) => name !== '').map((name) => `${name}=`);
  return named.length === 0 ? 'one value is expected' : `there is ${named.join(', ')}`;
}
