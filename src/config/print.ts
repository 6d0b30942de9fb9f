// Words -> text, the inverse of parse.ts: what it prints parses to the same sections, entries, keys and values
// (comments, blanks and whatever could not be read are gone). A property test holds the two together. Used by
// `preforkd check --print`, which first leaves out what the master ignores.

import { tableOf } from './schema.ts';
import type { ParsedArgument, ParsedEntry, ParsedFile, ParsedSection } from './syntax.ts';

export function printConfiguration(parsed: ParsedFile): string {
  return parsed.sections.map(printSection).join('\n');
}

function printSection(section: ParsedSection): string {
  const lines = section.entries.map((entry) => `  ${printEntry(entry)}\n`);
  return `${section.name} {\n${lines.join('')}}\n`;
}

function printEntry(entry: ParsedEntry): string {
  return [entry.name.text, ...entry.arguments.map(printArgument)].join(' ');
}

/** A value that holds a quote was written bare (there are no escapes), so it has no blanks either. */
function printArgument({ key, value }: ParsedArgument): string {
  return value.text.includes('"') ? `${key.text}=${value.text}` : `${key.text}="${value.text}"`;
}

/** Without what has no effect: the second section of a name, unknown keys, keys given again, and empty values. */
export function whatCounts({ sections }: ParsedFile): ParsedFile {
  const first = sections.filter(
    ({ name }, index) => sections.findIndex((other) => other.name === name) === index,
  );
  return {
    sections: first.map((section) => ({
      ...section,
      entries: section.entries.map((entry) => ({
        ...entry,
        arguments: argumentsThatCount(section, entry),
      })),
    })),
    problems: [],
  };
}

function argumentsThatCount(section: ParsedSection, entry: ParsedEntry): ParsedArgument[] {
  const known = new Set(tableOf(section.name, entry.name.text)?.keys.map((row) => row.key));
  return entry.arguments.filter(({ key, value }) => {
    // Of a key given twice the first counts, and also when it is empty.
    const counts = known.delete(key.text);
    return counts && value.text !== '';
  });
}
