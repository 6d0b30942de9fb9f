// Reads the values of one entry by the table of keys: text -> number, switch, milliseconds, ... What is wrong is
// noted at its place and answered with the default, so that reading goes on and everything is reported at once.
// Of a key given twice the first counts, as in Cyrus.

import { assert } from '../lib/assert.ts';
import type { Result } from '../lib/result.ts';
import type { Notes } from './diagnostic.ts';
import type { EntryTable, KeySpec, KeyType } from './schema.ts';
import { didYouMean } from './suggest.ts';
import type { ParsedEntry, Place, Word } from './syntax.ts';
import { parseDuration, parseSize, type UnitTrouble } from './units.ts';

const INT32_MAX = 2_147_483_647;

export class EntryReader {
  readonly entry: ParsedEntry;
  readonly notes: Notes;
  readonly #table: EntryTable;

  constructor(table: EntryTable, entry: ParsedEntry, notes: Notes) {
    this.entry = entry;
    this.notes = notes;
    this.#table = table;
  }

  get name(): string {
    return this.entry.name.text;
  }

  /** The value as written. An empty one counts as not given, as in Cyrus. */
  given(key: string): Word | undefined {
    const value = this.entry.arguments.find((argument) => argument.key.text === key)?.value;
    return value === undefined || value.text === '' ? undefined : value;
  }

  /** Where to point at when the value of `key` is wrong: the value, or the entry's name when it is not given. */
  place(key: string): Place {
    return this.given(key) ?? this.entry.name;
  }

  text(key: string): Word | undefined {
    this.#row(key, 'text', 'path', 'command', 'environment');
    return this.given(key);
  }

  /** As Cyrus's masterconf_getint: leading digits count, anything else is the default. */
  integer(key: string): number {
    const row = this.#row(key, 'integer');
    const fallback = Number(row.default);
    const value = this.given(key);
    if (value === undefined) return fallback;
    const digits = /^-?\d+/.exec(value.text)?.[0];
    if (digits !== value.text) {
      const taken = digits === undefined ? `the default ${fallback}` : digits;
      this.notes.strict(
        value,
        `"${value.text}" for ${key} is not a whole number`,
        undefined,
        `${taken} is used`,
      );
    }
    return digits === undefined ? fallback : Math.min(Math.max(Number(digits), -INT32_MAX), INT32_MAX);
  }

  /** As Cyrus's masterconf_getswitch. */
  switch(key: string): boolean {
    const row = this.#row(key, 'switch');
    const value = this.given(key);
    if (value === undefined) return row.default === 'yes';
    if (/^(0|n|of|f)/.test(value.text)) return false;
    if (/^(1|y|on|t)/.test(value.text)) return true;
    const used = `the default ${row.default} is used`;
    this.notes.strict(value, `"${value.text}" for ${key} is neither yes nor no`, undefined, used);
    return row.default === 'yes';
  }

  /** A whole number within the limits of its row; undefined when not given and without a default. */
  count(key: string): number | undefined {
    const row = this.#row(key, 'count');
    return this.#exact(key, row, (value) => this.#parseCount(value, row));
  }

  duration(key: string): number {
    return this.#withUnit(key, this.#row(key, 'duration'), parseDuration);
  }

  size(key: string): number {
    return this.#withUnit(key, this.#row(key, 'size'), parseSize);
  }

  octal(key: string): number | undefined {
    const row = this.#row(key, 'octal');
    return this.#exact(key, row, (value) => {
      const number = /^[0-7]{1,6}$/.test(value.text) ? Number.parseInt(value.text, 8) : Number.NaN;
      if (number <= (row.maximum ?? 0)) return number;
      this.notes.error(
        value,
        `"${value.text}" for ${key} is not an octal number from 0 to 777`,
        'such as 0660',
      );
      return undefined;
    });
  }

  /** One of the row's choices; `choices` is the same list, for its type. */
  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const row = this.#row(key, 'choice');
    assert(row.choices === choices, 'a choice is read by the list of its row', { key });
    const fallback = choices.find((choice) => choice === row.default);
    assert(fallback !== undefined, 'a choice has a default', { key });
    const value = this.given(key);
    if (value === undefined) return fallback;
    const chosen = choices.find((choice) => choice === value.text);
    if (chosen !== undefined) return chosen;
    const known = `${key} is one of ${choices.join(', ')}`;
    const near = didYouMean(value.text, choices);
    this.notes.error(
      value,
      `unknown value "${value.text}" for ${key}`,
      near === undefined ? known : `${near} ${known}`,
    );
    return fallback;
  }

  #row(key: string, ...types: readonly KeyType[]): KeySpec {
    const row = this.#table.keys.find((candidate) => candidate.key === key);
    assert(row !== undefined && types.includes(row.type), 'a key is read by its row', { key, types });
    return row;
  }

  #withUnit(key: string, row: KeySpec, parse: (text: string) => Result<number, UnitTrouble>): number {
    const number = this.#exact(key, row, (value) => {
      const result = parse(value.text);
      if (!result.ok) {
        this.notes.error(value, `${key}: ${result.error.message}`, result.error.hint);
        return undefined;
      }
      if (result.value > 0 || row.off === true) return result.value;
      this.notes.error(value, `${key} cannot be 0`);
      return undefined;
    });
    return number ?? 0;
  }

  /** The value, or the default when it is missing or wrong. */
  #exact(key: string, row: KeySpec, parse: (value: Word) => number | undefined): number | undefined {
    const written = this.given(key);
    const parsed = written === undefined ? undefined : offOr(written, row, parse);
    if (parsed !== undefined || row.default === undefined) return parsed;
    return offOr({ ...this.place(key), text: row.default }, row, parse);
  }

  #parseCount(value: Word, row: KeySpec): number | undefined {
    const { minimum = 0, maximum = INT32_MAX } = row;
    const number = /^-?\d{1,15}$/.test(value.text) ? Number(value.text) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    const hint = row.unit === undefined ? undefined : `in ${row.unit}${row.off ? ', or off' : ''}`;
    this.notes.error(
      value,
      `"${value.text}" for ${row.key} is not a whole number from ${minimum} to ${maximum}`,
      hint,
    );
    return undefined;
  }
}

function offOr(value: Word, row: KeySpec, parse: (value: Word) => number | undefined): number | undefined {
  return row.off === true && value.text === 'off' ? 0 : parse(value);
}
