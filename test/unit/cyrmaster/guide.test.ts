// examples/cyrus, which is to be copied to somebody's server: the drop-in starts what there is, by words that it knows, and
// our own settings beside it are settings. That the steps work is tried by hand, on a Debian with systemd.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadOverrides } from '../../../src/config/index.ts';
import { parseCommandLine } from '../../../src/cyrmaster/command-line.ts';

const FOLDER = join(import.meta.dirname, '../../../examples/cyrus');
const text = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
/** Debian's unit sets these. */
const VARIABLES = { CONF: '/etc/imapd.conf', MASTERCONF: '/etc/cyrus.conf', OPTIONS: '' } as const;

/** What the drop-in sets; the last of a name. */
function setting(name: string): string {
  const lines = text('preforkd.conf').split('\n');
  const found = lines.filter((line) => line.startsWith(`${name}=`)).at(-1);
  assert.ok(found, `the drop-in sets ${name}`);
  return found.slice(name.length + 1);
}

test('the drop-in starts preforkd-cyrmaster with words of its command line', () => {
  const line = setting('ExecStart').replace(/\$(\w+)/g, (_, name: keyof typeof VARIABLES) => VARIABLES[name]);
  const [program = '', ...words] = line.split(' ').filter(Boolean);
  const { bin } = JSON.parse(readFileSync(join(FOLDER, '../../package.json'), 'utf8')) as { bin: object };
  assert.ok(Object.keys(bin).includes(program.replace('/usr/local/bin/', '')), program);
  const parsed = parseCommandLine(words, {});
  assert.ok(parsed.ok);
  const { imapdConf, cyrusConf, complaints } = parsed.value;
  assert.deepEqual([imapdConf, cyrusConf, complaints], [VARIABLES.CONF, VARIABLES.MASTERCONF, []]);
  assert.equal(setting('Type'), 'notify');
});

test('it names the file that the guide copies, and that is a section MASTER alone', async () => {
  const path = setting('Environment').replace('PREFORKD_CONFIG=', '');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  assert.ok(text('README.md').includes(`cp ${path.slice(folder.length)} ${folder}`));
  const loaded = await loadOverrides(join(FOLDER, 'services.conf'));
  assert.ok(loaded.ok);
  assert.equal(loaded.overrides['run directory'], '/var/lib/cyrus/preforkd');
});
