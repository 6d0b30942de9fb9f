// Properties over made-up files: printing is the inverse of parsing, and nothing makes the configuration throw or
// complain without a place.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseConfiguration } from '../../../src/config/parse.ts';
import { printConfiguration } from '../../../src/config/print.ts';
import { renderDiagnostics } from '../../../src/config/render.ts';
import { SCHEMA } from '../../../src/config/schema.ts';
import { type ParsedFile, SECTION_NAMES } from '../../../src/config/syntax.ts';
import { load, ROOT_WORLD, USER_WORLD } from './fake-world.ts';

const KEYS = [...new Set(SCHEMA.flatMap((table) => table.keys.map((row) => row.key)))];

const VALUES = [
  ...[
    '5',
    '-1',
    '0',
    '30s',
    '512M',
    'yes',
    'off',
    'x',
    '',
    '/usr/bin/true',
    'imapd -s',
    'worker',
    'udp',
    'systemd',
  ],
  ...[
    'localhost:143',
    '[::1]:0',
    '/run/a.sock',
    '* * * * *',
    '2561',
    '0400',
    'cyrus',
    'A=1',
    '0777',
    'inetd',
    '{',
  ],
  ...[
    '-20',
    '1e9',
    '99999999999999999999',
    '0.0000001ms',
    '__proto__',
    'constructor',
    'toString',
    '\0',
    '\u{1F4A3}',
  ],
];

const nameOf = fc.oneof(
  fc.constantFrom(...KEYS, 'http', 'log', 'run', 'a'),
  fc.stringMatching(/^[A-Za-z0-9]{1,8}$/),
);
const valueText = fc.oneof(fc.constantFrom(...VALUES), fc.stringMatching(/^[^"#\n\r]{0,12}$/), fc.string());
const argumentOf = fc.tuple(nameOf, valueText).map(([key, value]) => `${key}="${value}"`);
const entryOf = fc
  .tuple(nameOf, fc.array(argumentOf, { maxLength: 6 }))
  .map(([name, rest]) => [name, ...rest].join(' '));
const sectionOf = fc
  .tuple(fc.constantFrom(...SECTION_NAMES, 'SERVICE', 'start'), fc.array(entryOf, { maxLength: 5 }))
  .map(([name, lines]) => [`${name} {`, ...lines, '}'].join('\n'));
const FRAGMENTS = [
  '{',
  '}',
  '"',
  '#',
  '=',
  '\n',
  ' ',
  '\t',
  '\r',
  '\0',
  '\u2028',
  'SERVICES',
  'START {\n',
  'cmd="',
  'a ',
];
const noiseOf = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string()), { maxLength: 40 })
  .map((all) => all.join(''));
const fileOf = fc.array(fc.oneof(sectionOf, noiseOf), { maxLength: 5 }).map((parts) => parts.join('\n'));

/** Only what print promises to keep: names and values, not places. */
function meaningOf(parsed: ParsedFile): unknown {
  return parsed.sections.map((section) => ({
    name: section.name,
    entries: section.entries.map((entry) => [
      entry.name.text,
      ...entry.arguments.map(({ key, value }) => [key.text, value.text]),
    ]),
  }));
}

describe('properties of the configuration', () => {
  test('parse, print, parse is the identity', () => {
    fc.assert(
      fc.property(fileOf, (text) => {
        const parsed = parseConfiguration(text);
        const again = parseConfiguration(printConfiguration(parsed));
        assert.deepEqual(meaningOf(again), meaningOf(parsed));
        // Values with braces or NUL, and long lines, are complained about twice; nothing else is.
        assert.deepEqual(
          again.problems.filter((problem) => !/NUL|longer/.test(problem.message)),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  test('nothing makes it throw, and every complaint has a place in the file', async () => {
    await fc.assert(
      fc.asyncProperty(fileOf, fc.constantFrom(ROOT_WORLD, USER_WORLD), async (text, world) => {
        const outcome = await load(text, world);
        const diagnostics = outcome.ok ? outcome.warnings : outcome.diagnostics;
        const lines = text.split('\n').length;
        for (const { line, column, length, message } of diagnostics) {
          assert.ok(Number.isInteger(line) && line >= 1 && line <= lines, message);
          assert.ok(Number.isInteger(column) && column >= 1, message);
          assert.ok(Number.isInteger(length) && length >= 1, message);
        }
        assert.equal(outcome.ok, !diagnostics.some((diagnostic) => diagnostic.severity === 'error'));
        renderDiagnostics(diagnostics, text);
      }),
      { numRuns: 500 },
    );
  });
});
