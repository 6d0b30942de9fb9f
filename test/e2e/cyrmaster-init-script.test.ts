// Debian's own /etc/init.d/cyrus-imapd with preforkd-cyrmaster at the place of cyrmaster: it starts it, finds it, reloads
// it and stops it. Paths apart the script is as shipped. It looks for a process by its name in the whole process table: so
// each story has a table of its own (pid_namespaces(7)), for other tests have masters, too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
import { CYRMASTER, install, lemming } from './cyrmaster-support.ts';
import { run } from './harness.ts';

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
const OWN_TABLE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] as const;
const skip = whyNot();

function whyNot(): string | false {
  if (absent.length > 0) return `${absent.join(', ')} missing: apt-get install cyrus-common`;
  const [program, ...words] = OWN_TABLE;
  const works = spawnSync(program, [...words, 'true']).status === 0;
  return works ? false : 'only root can have a process table of its own';
}

/** The link is what an administrator puts at /usr/sbin/cyrmaster. */
function putInPlace(t: TestContext): (story: string) => Promise<readonly string[]> {
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
  return async (story) => {
    writeFileSync(path('story'), `call() { /bin/sh ${path('cyrus-imapd')} $1 >&2; echo "$1 $?"; }\n${story}`);
    const [program, ...words] = OWN_TABLE;
    const variables = { PIDFILE: pidfile, LINK: path('sbin/cyrmaster') };
    const { stdout } = await run(program, [...words, '/bin/sh', path('story')], '/', variables);
    return stdout.trim().split('\n');
  };
}

describe("Debian's init script", { skip }, () => {
  test('starts, finds, reloads and stops it', async (t) => {
    const seen = await putInPlace(t)(`
      call status
      call start
      pid=$(cat $PIDFILE)
      cat /proc/$pid/comm
      tr '\\0' ' ' </proc/$pid/cmdline | grep -c "^$LINK -M "
      call status
      call reload
      kill -0 $pid && echo alive
      call stop
      kill -0 $pid 2>/dev/null || echo gone
      call status
    `);
    assert.deepEqual(seen, [
      ...['status 3', 'start 0', 'cyrmaster', '1'],
      ...['status 0', 'reload 0', 'alive', 'stop 0', 'gone', 'status 3'],
    ]);
  });

  test('restart puts another in its place', async (t) => {
    const seen = await putInPlace(t)(`
      call start
      pid=$(cat $PIDFILE)
      call restart
      kill -0 $pid 2>/dev/null || echo gone
      kill -0 $(cat $PIDFILE) && echo another
      call stop
    `);
    assert.deepEqual(seen, ['start 0', 'restart 0', 'gone', 'another', 'stop 0']);
  });
});
