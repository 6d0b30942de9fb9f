// Who looks for a running master reads the section MASTER alone: what is wrong elsewhere in the file must not keep
// anybody from asking it, and what is wrong in MASTER must not lead to another one.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../../../src/config/index.ts';

async function settingsOf(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-settings-'));
  const file = join(directory, 'services.conf');
  writeFileSync(file, text);
  try {
    return await loadSettings(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const MASTER = 'MASTER {\n  run directory="/tmp/of-this-master"\n}\n';

for (const [what, rest] of [
  ['a program that is missing', 'SERVICES {\n  imap cmd="/no/such/program" listen="1143"\n}\n'],
  ['an unknown key of a service', 'SERVICES {\n  imap cmd="/bin/true" listen="1143" prefrok=1\n}\n'],
  ['a line that is no entry', 'SERVICES {\n  ~~ what is this\n}\n'],
  ['a section that does not end', 'SERVICES {\n  imap cmd="/bin/true" listen="1143"\n'],
] as const) {
  test(`the control socket is known in spite of ${what}`, async () => {
    const outcome = await settingsOf(MASTER + rest);
    assert.ok(outcome.ok);
    assert.equal(outcome.settings.controlSocket, '/tmp/of-this-master/control/control.sock');
  });
}

for (const [what, text] of [
  ['key', 'MASTER {\n  run directroy="/tmp/of-this-master"\n}\n'],
  ['entry', 'MASTER {\n  runn directory="/tmp/of-this-master"\n}\n'],
  ['line', 'MASTER {\n  run directory="/tmp/of-this-master\n}\nSERVICES {\n}\n'],
] as const) {
  test(`a slip in a ${what} of MASTER is an error: the default might be another master's`, async () => {
    const outcome = await settingsOf(text);
    assert.equal(outcome.ok, false);
    assert.ok(!outcome.ok && outcome.diagnostics.length > 0);
  });
}

test('a file that cannot be read is an error', async () => {
  assert.equal((await loadSettings('/no/such/file')).ok, false);
});
