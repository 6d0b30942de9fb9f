// Made-up values for fast-check, by the table of keys: most are right on the machine of fake-world.ts, some are wrong
// for their type, a few are hostile.

import fc from 'fast-check';
import type { KeySpec, KeyType } from '../../../src/config/schema.ts';

/** What is right on the machine of fake-world.ts, by key or else by type. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  cmd: ['true', '/usr/bin/true -x', 'imapd -s -U 30', 'idled', 'true "a b"'],
  listen: ['143', 'imap2', 'localhost:imap', '[::1]:0', '/run/a.sock', './a.sock', '0', '127.0.0.1:9464'],
  user: ['cyrus', '105', 'root'],
  group: ['mail', '33'],
  owner: ['cyrus', 'cyrus:mail', '0'],
  at: ['0405', '2359', '0', '230'],
  cwd: ['data', '/srv/app'],
  destination: ['stdout', './log', '/var/log/x'],
  nice: ['5', '-5', '0'],
  integer: ['1', '2', '30', '0', '-1'],
  switch: ['yes', 'no', '1', '0', 'on', 'off', 'true', 'false'],
  count: ['1', '10', '64'],
  duration: ['30s', '1h', '250ms', '1.5m', '7d'],
  size: ['512M', '64K', '1.5GiB'],
  octal: ['0660', '7', '0777'],
  path: ['data', '/srv/app', './x'],
  environment: ['A=1', 'A=1 B=2', 'constructor=1', 'A==', 'A='],
};
const WRONG: Readonly<Record<KeyType, readonly string[]>> = {
  command: ['nothing', ' ', 'bin/worker', '/'],
  text: ['off', '2561', 'nohost:1', ':', '[', '99999', '[::1', 'cyrus:nobody', '0999999999999999999999'],
  integer: ['2147483648', '99999999999999999999', '7x', 'x', '1e9', '-'],
  switch: ['maybe', 'ofen', '-1'],
  count: ['0', 'off', '-20', '19', '-0', '1000001', '0x10', '\u0663'],
  duration: ['0', 'off', '5constructor', '0.0000001ms', '366d', '999d', '30', 's'],
  size: ['0', 'off', '5tostring', '99999999T', '12', 'K'],
  octal: ['1000', '8', '-1'],
  path: ['', '/', 'missing', `/${'x'.repeat(120)}`],
  environment: ['A', '__proto__=1', 'A=1 A=2', 'CYRUS_ID=1', '='],
  choice: ['udp', 'tpc', 'constructor'],
};
const HOSTILE = [
  ...['', '{', '}', '{}', '\\', "'", '\t', '\r', '\u{1F4A3}', '\u2028', '\uFEFF'],
  ...['__proto__', 'toString', '%s', '\u001b[31m'],
];
const CRON_FIELDS = [
  ...['*', '0', '5', '*/15', '8-18', '1,2', 'MON', 'JAN', 'L', '5L', '1-2'],
  ...['W', '15W', '?', '31', '60', '-1', '*/0', '7', '1-', '+1'],
];

const fiveFields = fc.array(fc.constantFrom(...CRON_FIELDS), { minLength: 5, maxLength: 5 });
const someFields = fc.array(fc.constantFrom(...CRON_FIELDS, '@daily'), { maxLength: 7 });
const cronText = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(['*', '*', '*', '*', '*'], ['5', '4', '*', '*', '1-5']) },
    { weight: 4, arbitrary: fiveFields },
    { weight: 1, arbitrary: someFields },
  )
  .map((fields) => fields.join(' '));
/** No quote and no `#`: the grammar knows no way to write them. */
const quotable = fc.stringMatching(/^[^"#\n]{0,12}$/);

function valueTextOf(row: KeySpec): fc.Arbitrary<string> {
  const choices = row.choices ?? RIGHT[row.key] ?? RIGHT[row.type] ?? ['x'];
  const right = row.key === 'cron' ? cronText : fc.constantFrom(...choices);
  return fc.oneof(
    { weight: 40, arbitrary: right },
    { weight: 2, arbitrary: fc.constantFrom(...WRONG[row.type]) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: quotable },
  );
}

/** Bare where it can be: a bare value may even hold quotes, but not begin with one. */
function written(key: string, value: string, quoted: boolean): string {
  const bare = /^[^\s"#][^\s#]*$/.test(value) && !quoted;
  return `${key}=${bare ? value : `"${value.replaceAll(/["#]/g, '')}"`}`;
}

const GAPS = fc.constantFrom(' ', '\t', '  ', ' \r');

/** `key=value` and what separates it from the next. */
export function argumentOf(row: KeySpec): fc.Arbitrary<string> {
  return fc
    .tuple(valueTextOf(row), fc.boolean(), GAPS)
    .map(([value, quoted, gap]) => written(row.key, value, quoted) + gap);
}
