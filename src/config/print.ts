// Words -> text, the inverse of parse.ts: what it prints parses to the same sections, entries, keys and values
// (comments, blanks and whatever could not be read are gone). A property test holds the two together.

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
