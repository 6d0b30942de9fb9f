// Configuration files that nobody wrote, for fast-check: by the grammar and the table of keys (most of them make sense),
// good files that a clumsy hand has changed, and noise.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type EntryTable, SCHEMA } from '../../../src/config/schema.ts';
import { SECTION_NAMES, type SectionName } from '../../../src/config/syntax.ts';
import { argumentOf } from './made-up-values.ts';

const ROOT = new URL('../../../', import.meta.url);
const GOLDEN = 'test/golden/config/';
const SAMPLE_PATHS = [
  'services.conf',
  ...readdirSync(new URL(GOLDEN, ROOT)).flatMap((name) => (name.endsWith('.conf') ? [GOLDEN + name] : [])),
];

/** The files that are shipped, and the configurations of README.md. */
export const SAMPLES: readonly string[] = [
  ...SAMPLE_PATHS.map((path) => readFileSync(new URL(path, ROOT), 'utf8')),
  ...[
    ...readFileSync(new URL('README.md', ROOT), 'utf8').matchAll(/^```\n(.*?^SERVICES \{$.*?)^```$/gms),
  ].map((match) => match[1] ?? ''),
];

const KEYS = [...new Set(SCHEMA.flatMap((table) => table.keys.map((row) => row.key)))];

const NAMES = fc.oneof(fc.constantFrom('a', 'imap', 'START', '0'), fc.stringMatching(/^[A-Za-z0-9]{1,8}$/));
const COMMENTS = fc.constantFrom('', '', '# a comment', '#"{');

/** The required keys and some others; now and then one is given twice. */
function argumentsOf(table: EntryTable): fc.Arbitrary<string> {
  const required = table.keys.filter((row) => row.required === true || row.key === 'cron');
  const others = fc.uniqueArray(fc.constantFrom(...table.keys.filter((row) => !required.includes(row))), {
    maxLength: 3,
  });
  const again = fc.oneof(
    { weight: 20, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom(...table.keys).map((row) => [row]) },
  );
  return fc
    .tuple(others, again)
    .chain((chosen) => fc.tuple(...[...required, ...chosen.flat()].map(argumentOf)))
    .map((all) => all.join(''));
}

function entriesOf(section: SectionName): fc.Arbitrary<string> {
  const tables = SCHEMA.filter((table) => table.section === section);
  return fc.oneof(
    ...tables.map((table) => {
      const name = table.entry === undefined ? NAMES : fc.constant(table.entry);
      return fc
        .tuple(name, argumentsOf(table), COMMENTS)
        .map(([entry, rest, comment]) => `  ${entry} ${rest}${comment}`);
    }),
  );
}

function sectionOf(name: SectionName): fc.Arbitrary<string> {
  const lines = fc.oneof(
    { weight: 6, arbitrary: entriesOf(name) },
    { weight: 1, arbitrary: fc.constantFrom('', '  # nothing') },
  );
  const header = fc.constantFrom(name, `${name[0]}${name.slice(1).toLowerCase()}`);
  return fc
    .tuple(header, fc.array(lines, { maxLength: 3 }), COMMENTS)
    .map(([title, inside, comment]) => [`${title} {${comment}`, ...inside, `}${comment}`, ''].join('\n'));
}

const RUNNING: readonly SectionName[] = ['SERVICES', 'EVENTS', 'DAEMON', 'START'];
const sections = fc.oneof(
  { weight: 20, arbitrary: fc.uniqueArray(fc.constantFrom(...RUNNING), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...SECTION_NAMES), { maxLength: 4 }) },
);
const master = fc.oneof(fc.constant(''), fc.constant('MASTER {\n}\n'), sectionOf('MASTER'));

/** Files without a slip of grammar. Most make sense; two in three are held to account. */
export const grammaticalFile: fc.Arbitrary<string> = fc
  .tuple(
    master,
    sections.chain((names) => fc.tuple(...names.map(sectionOf))),
  )
  .map(([first, rest]) => first + rest.join('\n'));

const PIECES = [
  '"',
  '#',
  '=',
  '{',
  '}',
  '\n',
  ' ',
  '\t',
  '\r',
  '\0',
  '\u2028',
  '\uFEFF',
  '\u{1F4A3}',
  '}\n',
  'SERVICES {\n',
  'START',
  'cmd="',
  'x=1',
  ...KEYS,
];
const pieceOf = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 }));

const slipOf = fc.record({
  kind: fc.constantFrom('delete', 'insert', 'swap', 'duplicate'),
  tokens: fc.boolean(),
  at: fc.nat(),
  to: fc.nat(),
  length: fc.integer({ min: 1, max: 8 }),
  piece: pieceOf,
});
type Slip = typeof slipOf extends fc.Arbitrary<infer Value> ? Value : never;

function applySlip(text: string, { kind, tokens, at, to, length, piece }: Slip): string {
  const units = tokens ? text.split(/(\s+|[{}="#])/) : [...text];
  const place = at % (units.length + 1);
  const taken = units.slice(place, place + length);
  if (kind === 'insert') units.splice(place, 0, piece);
  if (kind === 'duplicate') units.splice(place, 0, ...taken);
  if (kind === 'delete' || kind === 'swap') units.splice(place, length);
  if (kind === 'swap') units.splice(to % (units.length + 1), 0, ...taken);
  return units.join('');
}

/** A good file after a few slips of the hand. */
export const slippedFile: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(fc.constantFrom(...SAMPLES), grammaticalFile),
    fc.array(slipOf, { minLength: 1, maxLength: 8 }),
  )
  .map(([text, slips]) => slips.reduce(applySlip, text));

/** No file at all. */
export const noise: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(pieceOf, { maxLength: 60 }).map((pieces) => pieces.join('')),
);

export const anyFile: fc.Arbitrary<string> = fc.oneof(grammaticalFile, slippedFile, noise);
