// Files that are no configurations, and large: they are refused soon, with as much text as a person can read, for a
// master that reloads such a file has other things to do.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { loadConfiguration, loadSettings, renderDiagnostics } from '../../../src/config/index.ts';
import { didYouMean } from '../../../src/config/suggest.ts';
import { load, ROOT_WORLD } from './fake-world.ts';

const directory = mkdtempSync(join(tmpdir(), 'preforkd-hostile-'));
after(() => rmSync(directory, { recursive: true }));

const SIZE = 100_000;
/** What is linear takes well below a second; what is not takes minutes. */
const PATIENCE_MS = 8_000;
const RENDERED_CHARACTERS_MAX = 1_000_000;

const filled = (piece: string) => piece.repeat(SIZE / piece.length);
const inside = (text: string) => `MASTER {\n}\nSERVICES {\n  a ${text}\n}\n`;

describe('100 kB', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['of quotes', filled('"')],
    ['of opening braces', filled('{')],
    ['of closing braces', filled('}')],
    ['of pairs of braces', filled('{}')],
    ['of blanks', filled(' ')],
    ['of NUL characters, each on a line', filled('\0\n')],
    ['of sections that are not closed', filled('SERVICES {\n')],
    ['of words, each on a line', filled('ab\n')],
    ['of quotes in a value', inside(`cmd=${filled('"')}`)],
    ['of values that are not closed', inside(filled('a="'))],
    ['of unknown keys', inside(filled('prefrok=1 '))],
    ['of one unknown key', inside(`${filled('k')}=1`)],
    ['of one unknown user', inside(`cmd=true listen=0 user=${filled('u')}`)],
    ['of entries of one name', inside(filled('a\n'))],
    ['of variables without a value', inside(`cmd=true listen=0 env="${filled('A ')}"`)],
    ['of colons in an address', inside(`cmd=true listen=${filled(':')}`)],
    ['of steps upwards in a path', inside(`cmd=true listen=./${filled('../')}`)],
    ['of digits', inside(`cmd=true listen=0 startlimit=${filled('9')}s prefork=${filled('9')}`)],
    ['of cron fields', `EVENTS {\n a cmd=true cron="${filled('* ')}"\n}\n`],
  ];
  for (const [what, text] of cases) {
    test(`${what}: read soon, and what is told can be read`, async () => {
      const began = performance.now();
      const outcome = await load(text, ROOT_WORLD);
      const told = renderDiagnostics(outcome.ok ? outcome.warnings : outcome.diagnostics, text);
      assert.ok(performance.now() - began < PATIENCE_MS);
      assert.ok(told.length > 0 && told.length < RENDERED_CHARACTERS_MAX, `${told.length}`);
    });
  }
});

test('of thousands of errors the first thousand are told, and that there are more', async () => {
  const outcome = await load(inside(filled('a-b\n')));
  assert.ok(!outcome.ok);
  const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error');
  assert.equal(errors.length, 1000);
  assert.match(outcome.diagnostics.at(-1)?.message ?? '', /^there is more/);
});

test('a word of 100 kB is quoted in part', async () => {
  const outcome = await load(`MASTER {\n  ${filled('x')}\n}\n`);
  assert.ok(!outcome.ok);
  assert.match(renderDiagnostics(outcome.diagnostics), /error: unknown entry "x{900,1000}\.\.\.\n/);
});

test('a file that never ends is no configuration', async () => {
  const outcome = await loadConfiguration('/dev/zero', { world: ROOT_WORLD });
  assert.ok(!outcome.ok);
  assert.equal(outcome.diagnostics[0]?.message, 'the file is larger than 4194304 bytes');
  assert.equal((await loadSettings('/dev/zero')).ok, false);
});

test('the settings are found among 200,000 sections', async () => {
  const file = join(directory, 'sections.conf');
  writeFileSync(file, `MASTER {\n  http listen=off\n}\n${'START {}\n'.repeat(200_000)}`);
  const outcome = await loadSettings(file);
  assert.ok(outcome.ok && outcome.settings.http === undefined);
});

test('what is much longer than every known word is none of them', () => {
  assert.equal(didYouMean(filled('listen'), ['listen']), undefined);
});
