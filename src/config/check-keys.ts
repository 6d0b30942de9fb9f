// Checks that need no meaning: sections given twice, unknown keys and names, keys given twice, required keys that
// are missing, braces that would confuse Cyrus. Also makes the notes of a parsed file: whether it is held to
// account is decided here, by its having a section MASTER.

import { FILE_START, Notes } from './diagnostic.ts';
import { type EntryTable, MASTER_ENTRY_NAMES, SCHEMA, tableOf } from './schema.ts';
import { didYouMean, nearestWord } from './suggest.ts';
import {
  type ParsedEntry,
  type ParsedFile,
  type ParsedSection,
  SECTION_NAMES,
  type SectionName,
} from './syntax.ts';

export interface CheckedFile {
  readonly notes: Notes;
  /** Entries that have a table, by section. */
  readonly entries: (section: SectionName) => readonly CheckedEntry[];
}

export interface CheckedEntry {
  readonly table: EntryTable;
  readonly entry: ParsedEntry;
}

export function checkKeys(parsed: ParsedFile, file: string): CheckedFile {
  const notes = new Notes(
    file,
    parsed.sections.some((section) => section.name === 'MASTER'),
  );
  noteProblems(parsed, notes);
  const sections = firstOfEach(parsed, notes);
  const checked = new Map<SectionName, CheckedEntry[]>();
  for (const section of sections) {
    checked.set(
      section.name,
      section.entries.flatMap((entry) => checkEntry(section.name, entry, notes)),
    );
    noteDuplicateNames(section, notes);
  }
  // Not an error: MASTER alone still serves its status page, and a reload may bring the rest.
  const runs = sections.some((section) => section.name !== 'MASTER' && section.entries.length > 0);
  if (!runs) notes.warning(FILE_START, 'this file has nothing to run');
  return { notes, entries: (section) => checked.get(section) ?? [] };
}

function noteProblems(parsed: ParsedFile, notes: Notes): void {
  for (const problem of parsed.problems) {
    const meant = nearestWord(problem.unknownSection ?? '', SECTION_NAMES);
    // A skipped section is normal in cyrus.conf; one that is nearly a known one is a slip.
    if (meant === undefined) notes.problem(problem);
    else notes.problem({ ...problem, severity: 'strict' }, `did you mean "${meant}"?`);
  }
}

/** Cyrus reads the first section of a name and never sees another one. */
function firstOfEach(parsed: ParsedFile, notes: Notes): ParsedSection[] {
  const firsts = new Map<SectionName, ParsedSection>();
  for (const section of parsed.sections) {
    const first = firsts.get(section.name);
    if (first === undefined) firsts.set(section.name, section);
    else
      notes.strict(
        section.place,
        `section ${section.name} was given on line ${first.place.line} already`,
        undefined,
        'this one is ignored',
      );
  }
  return [...firsts.values()];
}

function checkEntry(section: SectionName, entry: ParsedEntry, notes: Notes): CheckedEntry[] {
  const table = tableOf(section, entry.name.text);
  if (table === undefined) {
    const known = `MASTER has ${MASTER_ENTRY_NAMES.join(', ')}`;
    const near = didYouMean(entry.name.text, MASTER_ENTRY_NAMES);
    notes.error(entry.name, `unknown entry "${entry.name.text}" in MASTER`, near ?? known);
    return [];
  }
  checkArguments(table, entry, notes);
  for (const row of table.keys) {
    const value = entry.arguments.find((argument) => argument.key.text === row.key)?.value;
    const missing = row.required === true && (value === undefined || value.text.trim() === '');
    if (missing && !entry.broken)
      notes.error(value ?? entry.name, `${row.key}= is missing in "${entry.name.text}"`);
  }
  return [{ table, entry }];
}

function checkArguments(table: EntryTable, entry: ParsedEntry, notes: Notes): void {
  const seen = new Set<string>();
  for (const { key, value } of entry.arguments) {
    if (!table.keys.some((row) => row.key === key.text)) noteUnknownKey(table, key, notes);
    else if (seen.has(key.text))
      notes.strict(key, `${key.text}= is given twice`, undefined, 'the first one counts');
    seen.add(key.text);
    if (/[{}]/.test(value.text) && !balanced(value.text)) {
      notes.strict(
        value,
        'a brace without its partner',
        'Cyrus counts braces, even inside quotes, to find the end of sections',
      );
    }
  }
}

function noteUnknownKey(table: EntryTable, key: ParsedEntry['name'], notes: Notes): void {
  const known = table.keys.map((row) => row.key);
  const where = table.entry === undefined ? table.section : `${table.section} ${table.entry}`;
  const elsewhere = SCHEMA.find(
    (other) => other.keys.some((row) => row.key === key.text) && other.entry === undefined,
  );
  const home = elsewhere === undefined ? undefined : `it is a key of ${elsewhere.section}`;
  const hint = didYouMean(key.text, known) ?? home ?? listOf(where, known);
  notes.strict(key, `unknown key "${key.text}" in ${where}`, hint);
}

/** A list of all keys helps while it fits on a line. */
function listOf(where: string, keys: readonly string[]): string {
  return keys.length <= 10 ? `${where} has ${keys.join(', ')}` : 'all keys: docs/generated/CONFIG.md';
}

function balanced(text: string): boolean {
  return text.split('{').length === text.split('}').length;
}

/** Cyrus refuses a second service or daemon of one name; jobs and events of one name only confuse people. */
function noteDuplicateNames(section: ParsedSection, notes: Notes): void {
  const lines = new Map<string, number>();
  for (const { name } of section.entries) {
    const line = lines.get(name.text);
    if (line === undefined) lines.set(name.text, name.line);
    else {
      const fatal = section.name === 'SERVICES' || section.name === 'DAEMON' || section.name === 'MASTER';
      const message = `"${name.text}" is given twice in ${section.name}`;
      notes[fatal ? 'error' : 'strict'](name, message, `the other one is on line ${line}`);
    }
  }
}
