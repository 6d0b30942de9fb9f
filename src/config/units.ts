// Durations and sizes with units, as our own keys take them. A number without a unit is refused: the same `30` means
// minutes in one of Cyrus's keys and bytes elsewhere, and nobody remembers which. Zero needs no unit. Pure.

import { err, ok, type Result } from '../lib/result.ts';

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Powers of 1,024; `K`, `KB` and `KiB` are the same, in any case. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Longer than a year is a slip; it also keeps every sum of deadlines exact. */
export const DURATION_MS_MAX = 366 * 86_400_000;

export interface UnitTrouble {
  readonly message: string;
  readonly hint: string;
}

/** `250ms`, `30s`, `1.5m`, `1h`, `1d` -> milliseconds. */
export function parseDuration(text: string): Result<number, UnitTrouble> {
  const hint = 'write a number and a unit: 250ms, 30s, 5m, 1h, 1d';
  const milliseconds = parseWithUnit(text, DURATION_UNITS);
  if (milliseconds === 'no unit') {
    return err({ message: `the duration "${text}" has no unit`, hint: `did you mean ${text}s? ${hint}` });
  }
  if (milliseconds === undefined) return err({ message: `"${text}" is not a duration`, hint });
  if (milliseconds > DURATION_MS_MAX)
    return err({ message: `the duration "${text}" is longer than a year`, hint });
  return ok(Math.round(milliseconds));
}

/** `512K`, `64M`, `1.5G` -> bytes. */
export function parseSize(text: string): Result<number, UnitTrouble> {
  const hint = 'write a number and a unit: 512K, 64M, 2G (powers of 1,024)';
  const plain = text.replace(/(?<=[kmgt])(ib|b)$/i, '');
  const bytes = parseWithUnit(plain, SIZE_UNITS);
  if (bytes === 'no unit') {
    return err({ message: `the size "${text}" has no unit`, hint: `did you mean ${text}M? ${hint}` });
  }
  if (bytes === undefined || !Number.isSafeInteger(Math.round(bytes))) {
    return err({ message: `"${text}" is not a size`, hint });
  }
  return ok(Math.round(bytes));
}

function parseWithUnit(
  text: string,
  units: Readonly<Record<string, number>>,
): number | 'no unit' | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([a-z]*)$/i.exec(text);
  if (match === null) return undefined;
  const amount = Number(match[1]);
  const unit = (match[2] ?? '').toLowerCase();
  if (unit === '') return amount === 0 ? 0 : 'no unit';
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? undefined : amount * factor;
}

/** Milliseconds in the largest unit that divides them, for plans and pages. */
export function formatDuration(milliseconds: number): string {
  const unit = Object.entries(DURATION_UNITS).findLast(([, factor]) => milliseconds % factor === 0) ?? [
    'ms',
    1,
  ];
  return milliseconds === 0 ? '0s' : `${milliseconds / unit[1]}${unit[0]}`;
}

export function formatSize(bytes: number): string {
  const unit = Object.entries(SIZE_UNITS).findLast(([, factor]) => bytes % factor === 0) ?? ['b', 1];
  return `${bytes / unit[1]}${unit[0].toUpperCase()}`;
}
