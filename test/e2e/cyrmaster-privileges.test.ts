// preforkd-cyrmaster started by root: what it binds, it binds as root, and nothing else of it runs as root. For that a
// user of the system is needed who is not root: nobody.

import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { install, lemming, startCyrmaster } from './cyrmaster-support.ts';
import { ROOT, run, until } from './harness.ts';

const NAME = 'nobody';

function ids(): { readonly uid: number; readonly gid: number } | undefined {
  const row = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${NAME}:`));
  const [, , uid, gid] = row?.split(':') ?? [];
  return row === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

const obstacle =
  process.geteuid?.() !== 0 ? 'only root can start it' : ids() === undefined && `no user ${NAME}`;

/** As the kernel has it: real, effective, saved; and the capabilities in effect. */
function statusOf(path: string): { readonly uids: string; readonly groups: string } {
  const text = readFileSync(`${path}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  return { uids: field('Uid'), groups: field('Gid') };
}

function installFor(t: TestContext, cyrusConf: string) {
  const installation = install(t, cyrusConf, [`cyrus_user: ${NAME}`]);
  const { uid, gid } = ids() ?? { uid: 0, gid: 0 };
  chmodSync(installation.directory, 0o755);
  chownSync(installation.path('conf'), uid, gid);
  return { installation, uid, gid };
}

test('master, START, workers and what they make belong to cyrus_user; a low port is bound', {
  skip: obstacle,
}, async (t) => {
  const { installation, uid, gid } = installFor(
    t,
    `START {\n  who cmd="/usr/bin/id"\n}
SERVICES {\n  low cmd="/bin/sleep 600" listen="127.0.0.1:817" prefork=1\n}`,
  );
  const master = await startCyrmaster(installation);
  const output = await master.event('output', { service: 'who' });
  assert.match(String(output.line), new RegExp(`^uid=${uid}\\(${NAME}\\)`));
  const { pid } = await master.event('spawned', { service: 'low' });
  const wanted = { uids: Array(4).fill(uid).join('\t'), groups: Array(4).fill(gid).join('\t') };
  for (const each of [`/proc/${master.pid}`, `/proc/${pid}`]) assert.deepEqual(statusOf(each), wanted);
  assert.equal(statSync(installation.path('conf/preforkd')).uid, uid);
  const socket = installation.path('conf/preforkd/control/control.sock');
  assert.equal(statSync(socket).uid, uid);
  const status = await run(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), 'status', '--socket', socket, '--json'],
    installation.directory,
  );
  assert.equal(status.code, 0, status.stderr);
  assert.equal(await master.stop(), 0);
});

test('what is logged after root was given away reaches the files as well', { skip: obstacle }, async (t) => {
  const { installation } = installFor(t, lemming('listen="127.0.0.1:0" prefork=1', '--stderr printed'));
  writeFileSync(installation.path('preforkd.conf'), 'MASTER {\n  http listen=off\n}\n');
  const file = installation.path('syslog');
  const environment = { ...installation.environment, CYRUS_SYSLOG_FILE: file };
  const master = await startCyrmaster({ ...installation, environment }, ['-L', 'printed'], { unready: true });
  const has = (path: string, text: string) => existsSync(path) && readFileSync(path, 'utf8').includes(text);
  await until(
    'what a worker prints',
    () => has(installation.path('printed'), 'printed'),
    () => master.stderr,
  );
  master.signal('SIGHUP');
  await until(
    'the log',
    () => has(file, 'got SIGHUP'),
    () => master.stderr,
  );
  assert.equal(await master.stop(), 0);
});

test('the ready file may be in a directory where only root may make one', { skip: obstacle }, async (t) => {
  const { installation, uid } = installFor(t, lemming('listen="127.0.0.1:0"'));
  const { directory, readyFile } = installation;
  assert.equal(statSync(directory).uid, 0);
  const entries = readdirSync(directory).sort();
  const master = await startCyrmaster(installation);
  await until('the ready file', () => existsSync(readyFile));
  assert.equal(statSync(readyFile).uid, uid);
  assert.equal(await master.stop(), 0);
  // A link that leads nowhere is what remains: `test -e` says no.
  assert.equal(existsSync(readyFile), false);
  assert.equal(master.stderr, '');
  assert.deepEqual(readdirSync(directory).sort(), [...entries, 'master.pid', 'master.ready'].sort());
  // What a master that was killed has left is no reason not to start, and deceives nobody.
  writeFileSync(installation.path('conf/master.ready'), '');
  const second = await startCyrmaster(installation);
  await until('the ready file', () => existsSync(readyFile) && lstatSync(readyFile).isSymbolicLink());
  assert.equal(await second.stop(), 0);
  assert.equal(existsSync(readyFile), false);
});

const WRAPPER = readdirSync('/usr/lib')
  .map((name) => join('/usr/lib', name, 'libnss_wrapper.so'))
  .find((path) => existsSync(path));

test('cyrus_user need not be in /etc/passwd: whom the C library finds is found', {
  skip: obstacle || (WRAPPER === undefined && 'no libnss_wrapper.so: apt-get install libnss-wrapper'),
}, async (t) => {
  const entry = lemming('listen="127.0.0.1:0" prefork=1');
  const installation = install(t, `START {\n  who cmd="/usr/bin/id"\n}\n${entry}`, [
    'cyrus_user: elsewhere',
    'cyrus_group: others',
  ]);
  const [uid, gid] = [54_321, 54_322];
  chmodSync(installation.directory, 0o755);
  chownSync(installation.path('conf'), uid, gid);
  writeFileSync(installation.path('passwd'), `elsewhere:x:${uid}:${gid}::/:/bin/false\n`);
  writeFileSync(installation.path('group'), `others:x:${gid}:\nmore:x:54324:elsewhere\n`);
  const environment = {
    ...installation.environment,
    LD_PRELOAD: WRAPPER ?? '',
    NSS_WRAPPER_PASSWD: installation.path('passwd'),
    NSS_WRAPPER_GROUP: installation.path('group'),
  };
  const master = await startCyrmaster({ ...installation, environment });
  const output = await master.event('output', { service: 'who' });
  assert.equal(
    String(output.line),
    `uid=${uid}(elsewhere) gid=${gid}(others) groups=${gid}(others),54324(more)`,
  );
  const { pid } = await master.event('spawned', { service: 'lemming' });
  const wanted = { uids: Array(4).fill(uid).join('\t'), groups: Array(4).fill(gid).join('\t') };
  for (const each of [`/proc/${master.pid}`, `/proc/${pid}`]) assert.deepEqual(statusOf(each), wanted);
  assert.equal(await master.stop(), 0);
});
