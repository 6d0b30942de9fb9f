// Reads imapd.conf(5) as Cyrus does: `name: value`, names in any case, a backslash at the end of a line joins the
// next, `@include: FILE`. What Cyrus refuses is refused, in its words: everything that it starts would refuse it too.
// Knows the shape of the file only; imapd-settings.ts knows what the names mean. Called once, at the start.

import { readFileSync } from 'node:fs';
import { errnoText } from '../lib/errno-text.ts';
import { err, ok, type Result } from '../lib/result.ts';

/** The text of a file, or the errno of why it cannot be had. */
export type ReadText = (path: string) => Result<string, string>;

/** Values by name, in lower case. */
export type ImapdConf = ReadonlyMap<string, string>;

export const IMAPD_CONF_DEFAULT = '/etc/imapd.conf';

/** `prefix` is CYRUS_PREFIX: each file is looked for below it first. */
export function readImapdConf(
  file: string,
  prefix = '',
  read: ReadText = readText,
): Result<ImapdConf, string> {
  const values = new Map<string, string>();
  const trouble = readInto(values, file, new Set(), (path) => {
    const below = prefix === '' ? undefined : read(prefix + path);
    return below?.ok === true ? below : read(path);
  });
  return trouble === undefined ? ok(values) : err(trouble);
}

/** Says what is wrong, if anything is: the first trouble ends the reading, as in Cyrus. */
function readInto(
  values: Map<string, string>,
  file: string,
  included: Set<string>,
  read: ReadText,
): string | undefined {
  const text = read(file);
  if (!text.ok) return `can't open configuration file ${file}: ${errnoText(text.error)}`;
  if (included.has(file)) return `configuration file ${file} included twice`;
  included.add(file);
  for (const { number, content } of logicalLines(text.value)) {
    if (content === '' || content.startsWith('#')) continue;
    const [, name, value = ''] = /^(@?[a-z0-9_-]*):(.*)$/is.exec(content) ?? [];
    if (name === undefined) return `invalid option name on line ${number} of configuration file ${file}`;
    const trouble = take(values, name.toLowerCase(), value.trim(), { number, file, included, read });
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

interface Place {
  readonly number: number;
  readonly file: string;
  readonly included: Set<string>;
  readonly read: ReadText;
}

function take(
  values: Map<string, string>,
  name: string,
  value: string,
  { number, file, included, read }: Place,
): string | undefined {
  if (value === '') return `empty option value on line ${number} of configuration file`;
  if (name === '@include') return readInto(values, value, included, read);
  if (name.startsWith('@')) return `invalid directive on line ${number} of configuration file ${file}`;
  if (values.has(name)) {
    return `option '${name}' was specified twice in config file (second occurrence on line ${number})`;
  }
  values.set(name, value);
  return undefined;
}

/** Lines with their continuations; `number` is that of the last one, as Cyrus counts. */
function logicalLines(text: string): { readonly number: number; readonly content: string }[] {
  const lines: { number: number; content: string }[] = [];
  let begun = '';
  for (const [index, line] of text.split('\n').entries()) {
    const joined = begun + line;
    if (joined.endsWith('\\')) {
      begun = joined.slice(0, -1);
      continue;
    }
    begun = '';
    lines.push({ number: index + 1, content: joined.trim() });
  }
  if (begun !== '') lines.push({ number: text.split('\n').length, content: begun.trim() });
  return lines;
}

function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err((error as NodeJS.ErrnoException).code ?? String(error));
  }
}
