// A plain cyrus.conf for the plane: Cyrus's failure rule, what the command line and PREFORKD_CONFIG say, and START as
// the user that the master becomes.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { parseCommandLine } from '../../../src/cyrmaster/command-line.ts';
import { type CyrusWishes, hasOwnLog, loadCyrus } from '../../../src/cyrmaster/configuration.ts';
import { readSettings } from '../../../src/cyrmaster/imapd-settings.ts';

const CYRUS_CONF = `START {\n  first cmd="/bin/true -a"\n}
SERVICES {\n  one cmd="/bin/true" listen="127.0.0.1:0"\n  two cmd="/bin/true" listen="127.0.0.1:0" failures=breaker\n}
DAEMON {\n  idled cmd="/bin/true"\n}\n`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-cyrus-conf-'));
  writeFileSync(join(directory, 'cyrus.conf'), CYRUS_CONF);
});
afterEach(() => rmSync(directory, { recursive: true }));

async function load(words: string, changes: Partial<CyrusWishes> = {}) {
  const line = parseCommandLine(words.split(' ').filter(Boolean), {});
  const settings = readSettings(new Map([['configdirectory', directory]]), {});
  assert.ok(line.ok && settings.ok);
  const wishes = { line: line.value, logfile: undefined, settings: settings.value, becomes: undefined };
  return loadCyrus({ ...wishes, ownFile: undefined, ...changes })(join(directory, 'cyrus.conf'));
}

async function loaded(words: string, changes: Partial<CyrusWishes> = {}) {
  const outcome = await load(words, changes);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.configuration;
}

function ownFile(text: string): string {
  const path = join(directory, 'own.conf');
  writeFileSync(path, text);
  return path;
}

describe('a plain cyrus.conf', () => {
  test("has Cyrus's failure rule, unless an entry says another", async () => {
    const { master } = await loaded('');
    const rules = [...master.services, ...master.daemons].map(({ failureRule }) => failureRule);
    assert.deepEqual(rules, ['cyrus', 'breaker', 'cyrus']);
  });

  test('has its run directory below configdirectory, and our backlog', async () => {
    const { master, settings } = await loaded('');
    assert.equal(settings.runDirectory, join(directory, 'preforkd'));
    assert.equal(master.services[0]?.backlog, 4096);
    assert.equal(master.becomes, undefined);
    assert.equal(master.bindErrorsFatal, undefined);
  });

  test('what the command line says comes before the file of PREFORKD_CONFIG', async () => {
    const own = ownFile('MASTER {\n  log level=warn\n  backlog default=5\n  shutdown limit=7s\n}\n');
    const fromFile = await loaded('', { ownFile: own });
    assert.equal(fromFile.settings.log.level, 'warn');
    assert.equal(fromFile.master.services[0]?.backlog, 5);
    assert.equal(fromFile.master.shutdownlimitMs, 7_000);
    const { master, settings } = await loaded('-l 9 -vvv', { ownFile: own });
    assert.equal(settings.log.level, 'warn');
    assert.equal(master.services[0]?.backlog, 9);
    assert.equal((await loaded('-l 0', { ownFile: own })).master.services[0]?.backlog, 0);
  });

  test('debug: yes raises the level; -v does so only for JSON lines, as in Cyrus', async () => {
    const debug = readSettings(
      new Map([
        ['configdirectory', directory],
        ['debug', 'yes'],
      ]),
      {},
    );
    assert.ok(debug.ok);
    const level = async (words: string, changes: Partial<CyrusWishes> = {}) =>
      (await loaded(words, changes)).settings.log.level;
    assert.equal(await level('', { settings: debug.value }), 'debug');
    assert.equal(await level('-vvv'), 'info');
    assert.equal(await level('-vvv', { settings: debug.value }), 'debug');
    const json = { ownFile: ownFile('MASTER {\n  log format=json level=warn\n}\n') };
    assert.equal(await level('', json), 'warn');
    assert.equal(await level('-v', json), 'debug');
    assert.equal(await level('-vvv', json), 'trace');
  });

  test('a file of PREFORKD_CONFIG that is wrong is refused, with its place', async () => {
    const outcome = await load('', { ownFile: ownFile('MASTER {\n  log level=loud\n}\n') });
    assert.ok(!outcome.ok);
    assert.match(outcome.diagnostics, /own\.conf:2:13: error: /);
    const services = await load('', { ownFile: ownFile('SERVICES {\n}\n') });
    assert.ok(!services.ok);
    assert.match(services.diagnostics, /belongs in cyrus\.conf/);
  });

  test('START runs as the user that the master becomes, by a wrapper', async () => {
    const becomes = { name: 'cyrus', uid: 105, gid: 8 };
    const { master } = await loaded('', { becomes });
    const [command] = master.start.map((job) => job.command);
    assert.match(command?.path ?? '', /\/setpriv$/);
    const wanted = ['--reuid=105', '--regid=8', '--init-groups', '--', '/bin/true', '-a'];
    assert.deepEqual(command?.argv.slice(1), wanted);
    assert.deepEqual(master.becomes, becomes);
    assert.deepEqual(master.services[0]?.command.argv, ['/bin/true']);
  });
});

test('JSON lines are wanted where the file says where or how to log', async () => {
  assert.equal(await hasOwnLog(undefined), false);
  assert.equal(await hasOwnLog(ownFile('MASTER {\n  log level=debug\n}\n')), false);
  assert.equal(await hasOwnLog(ownFile('MASTER {\n  log format=json\n}\n')), true);
  assert.equal(await hasOwnLog(ownFile('MASTER {\n  log destination=stderr\n}\n')), true);
});
