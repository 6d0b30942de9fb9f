// The grammar: what Cyrus reads is read the same, and what is wrong has a place and does not stop the reading.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfiguration } from '../../../src/config/parse.ts';

function entriesOf(text: string): Record<string, Record<string, string>> {
  const entries = parseConfiguration(text).sections.flatMap((section) => section.entries);
  return Object.fromEntries(
    entries.map((entry) => [
      entry.name.text,
      Object.fromEntries(entry.arguments.map(({ key, value }) => [key.text, value.text])),
    ]),
  );
}

function problemsOf(text: string): string[] {
  return parseConfiguration(text).problems.map(
    ({ severity, line, column, message }) => `${severity} ${line}:${column} ${message}`,
  );
}

describe('what Cyrus reads', () => {
  test('quoted and bare values, tabs and carriage returns', () => {
    assert.deepEqual(entriesOf('SERVICES {\r\n\timap  cmd="imapd -s"\tlisten=imap2 \r\n}\r\n'), {
      imap: { cmd: 'imapd -s', listen: 'imap2' },
    });
  });

  test('a quoted value may touch the next key; a bare one may hold quotes', () => {
    assert.deepEqual(entriesOf('START {\n a cmd="x"b=1 c=d"e"\n}'), { a: { cmd: 'x', b: '1', c: 'd"e"' } });
  });

  test('a comment begins anywhere', () => {
    assert.deepEqual(entriesOf('# one\nSTART { # two\n a cmd=x#three\n} # four'), { a: { cmd: 'x' } });
  });

  test('the first letter of a section is compared exactly, the others in any case', () => {
    const names = (text: string) => parseConfiguration(text).sections.map((section) => section.name);
    assert.deepEqual(names('Services {\n}\nEvEnTs{\n}\n'), ['SERVICES', 'EVENTS']);
    assert.deepEqual(names('services {\n}\n'), []);
    assert.deepEqual(names('SERVICES2 {\n}\n'), []);
    assert.deepEqual(names('SERVICES_old {\n}\n'), ['SERVICES']);
  });

  test('unknown sections are skipped by counting braces', () => {
    const text = 'FOO {\n bar {\n START {\n }\n }\n baz cmd="{}"\n}\nSTART {\n a cmd=x\n}\n';
    assert.deepEqual(entriesOf(text), { a: { cmd: 'x' } });
    assert.deepEqual(problemsOf(text), ['warning 1:1 unknown section "FOO" is skipped']);
  });

  test('every word knows its place', () => {
    const [section] = parseConfiguration('\n  START {\n  a cmd="x y" b=\n}').sections;
    const [entry] = section?.entries ?? [];
    assert.deepEqual(section?.place, { text: 'START', line: 2, column: 3, length: 5 });
    assert.deepEqual(entry?.name, { text: 'a', line: 3, column: 3, length: 1 });
    assert.deepEqual(entry?.arguments, [
      {
        key: { text: 'cmd', line: 3, column: 5, length: 3 },
        value: { text: 'x y', line: 3, column: 10, length: 3 },
      },
      {
        key: { text: 'b', line: 3, column: 15, length: 1 },
        value: { text: '', line: 3, column: 17, length: 1 },
      },
    ]);
  });
});

describe('what is wrong', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['START {\n a-b cmd=x\n}', 'error 2:3 bad character "-" in name'],
    ['START {\n a c-d=x\n}', 'error 2:5 bad character "-" in argument'],
    ['START {\n a cmd = x\n}', 'error 2:4 "=" is missing behind "cmd"'],
    ['START {\n a cmd="x\n}', 'error 2:8 missing closing quote (")'],
    ['START {\n a cmd="x # y"\n}', 'error 2:8 missing closing quote (")'],
    ['START {\n a =x\n}', 'error 2:4 bad character "=" in argument'],
    ['START {\n a cmd=x\n', 'strict 1:1 section START is not closed'],
    ['START {\n a cmd=x\nEVENTS {\n}', 'error 1:1 section START is not closed'],
    ['START\n{\n}', 'strict 1:1 section START lacks its "{" on the same line and is ignored'],
    ['START { a cmd=x }', 'strict 1:6 entries on the line of the section are ignored'],
    ['START { a\n}', 'strict 1:9 text behind the "{" is ignored'],
    ['START {\n} x', 'strict 2:3 text behind the "}" is ignored'],
    ['hello', 'strict 1:1 text outside of a section is ignored'],
    ['}', 'strict 1:1 "}" without a section'],
    ['START {\n a cmd="\0"\n}', 'error 2:9 a NUL character in the file'],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      assert.equal(problemsOf(text)[0], expected);
    });
  }

  test('reading goes on behind it, on the same line and on the next', () => {
    const text = 'START {\n a c-d=x cmd=y\n b@ cmd=z\n c cmd=w\n}\n';
    assert.deepEqual(entriesOf(text), { a: { cmd: 'y' }, c: { cmd: 'w' } });
    assert.equal(problemsOf(text).length, 2);
  });

  test('a line that Cyrus would cut in two is named', () => {
    assert.match(
      problemsOf(`START {\n a cmd="${'x'.repeat(4096)}"\n}`)[0] ?? '',
      /^warning 2:1 this line is longer/,
    );
  });
});
