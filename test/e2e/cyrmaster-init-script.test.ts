// Debian's own /etc/init.d/cyrus-imapd with preforkd-cyrmaster at the place of cyrmaster: it starts it, finds it, reloads
// it and stops it. Paths apart the script is as shipped.

import assert from 'node:assert/strict';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { CYRMASTER, type Installation, install, lemming, pidOf } from './cyrmaster-support.ts';
import { isAlive, run, until } from './harness.ts';

const SCRIPT = '/etc/init.d/cyrus-imapd';
const NEEDED = [
  SCRIPT,
  '/sbin/start-stop-daemon',
  '/bin/pidof',
  '/lib/lsb/init-functions',
  '/lib/init/vars.sh',
];

function missing(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch {
    return true;
  }
}

const absent = NEEDED.filter(missing);
const skip = absent.length > 0 && `${absent.join(', ')} missing: apt-get install cyrus-common`;

interface Script {
  readonly installation: Installation;
  /** The exit code of `cyrus-imapd VERB`. */
  call(verb: string): Promise<number | null>;
}

/** The link is what an administrator puts at /usr/sbin/cyrmaster. */
function putInPlace(t: TestContext): Script {
  const installation = install(t, lemming('listen="127.0.0.1:0" prefork=1'));
  const { path, pidfile, readyFile, imapdConf, cyrusConf } = installation;
  mkdirSync(path('sbin'));
  // As npm makes a bin.
  chmodSync(CYRMASTER, 0o755);
  symlinkSync(CYRMASTER, path('sbin/cyrmaster'));
  const exported = Object.entries(installation.environment).map((pair) => `export ${pair.join('=')}`);
  const options = `OPTIONS="-p ${pidfile} -r ${readyFile}"`;
  const settings = [`CONF=${imapdConf}`, `MASTERCONF=${cyrusConf}`, options, ...exported, 'VERBOSE=no', ''];
  writeFileSync(path('default'), settings.join('\n'));
  const script = readFileSync(SCRIPT, 'utf8')
    .replaceAll('/usr/sbin/$', path('sbin/$'))
    .replaceAll('/run/cyrus-master.pid', pidfile)
    .replaceAll('/etc/default/cyrus-imapd', path('default'))
    .replaceAll(/^PATH=(.*)$/gm, `PATH=$1:${dirname(process.execPath)}`)
    // It makes /run/cyrus.
    .replace(/^do_tmpfiles cyrus-imapd$/m, '');
  writeFileSync(path('cyrus-imapd'), script);
  const call = async (verb: string) => (await run('/bin/sh', [path('cyrus-imapd'), verb], '/')).code;
  return { installation, call };
}

describe("Debian's init script", { skip }, () => {
  test('starts, finds, reloads and stops it', async (t) => {
    const { installation, call } = putInPlace(t);
    assert.equal(await call('status'), 3);
    assert.equal(await call('start'), 0);
    const pid = pidOf(installation);
    assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8'), 'cyrmaster\n');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    assert.ok(command.startsWith(`${installation.path('sbin/cyrmaster')} -M `), command);
    assert.equal(await call('status'), 0);
    assert.equal(await call('reload'), 0);
    assert.ok(isAlive(pid));
    assert.equal(await call('stop'), 0);
    assert.equal(isAlive(pid), false);
    assert.equal(await call('status'), 3);
  });

  test('restart puts another in its place', async (t) => {
    const { installation, call } = putInPlace(t);
    assert.equal(await call('start'), 0);
    const pid = pidOf(installation);
    assert.equal(await call('restart'), 0);
    assert.equal(isAlive(pid), false);
    await until('another master', () => isAlive(pidOf(installation)));
    assert.equal(await call('stop'), 0);
  });
});
