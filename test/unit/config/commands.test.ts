// cmd= and what surrounds a program: where it is found, and how the wrappers are put together.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { describe, test } from 'node:test';
import { loadText } from '../../../src/config/index.ts';
import { complaintsOf, loaded, ROOT_WORLD, servicesOf, USER_WORLD } from './fake-world.ts';

async function commandOf(keys: string, world = ROOT_WORLD) {
  const [service] = await servicesOf(`a listen=0 proto=tcp4 ${keys}`, world);
  assert.ok(service);
  return service.command;
}

describe('finding the program', () => {
  test('our files: PATH first, then the directories of Cyrus', async () => {
    assert.equal((await commandOf('cmd="imapd -s"')).program, '/usr/bin/imapd');
    assert.equal((await commandOf('cmd=idled')).program, '/usr/lib/cyrus/bin/idled');
  });

  test('a plain cyrus.conf: the directories of Cyrus first, then PATH', async () => {
    const { master } = await loaded('START {\na cmd="imapd -s"\nb cmd=true\n}');
    assert.deepEqual(
      master.start.map((job) => job.command.path),
      ['/usr/lib/cyrus/bin/imapd', '/usr/bin/true'],
    );
    assert.deepEqual(master.start[0]?.command.argv, ['imapd', '-s']);
  });

  test('a relative path begins at cwd=, or where the master is', async () => {
    assert.equal((await commandOf('cmd=bin/worker')).program, '/srv/app/bin/worker');
    assert.equal((await commandOf('cmd=../bin/worker cwd=data')).program, '/srv/app/bin/worker');
    assert.equal((await commandOf('cmd=../bin/worker cwd=data')).cwd, '/srv/app/data');
  });

  test('what cannot run is refused, at its place', async () => {
    const refusals = await complaintsOf(
      'a listen=0 cmd=" nothing x"\nb listen=1 cmd=./readme.txt\nc listen=2 cmd=/srv/app',
    );
    assert.deepEqual(refusals, [
      'error 3:18 program "nothing" was not found',
      'error 4:16 program /srv/app/readme.txt is not executable',
      'error 5:16 program /srv/app is a directory',
    ]);
  });

  test('a directory of PATH that may not be read is passed over; a program in one is refused as such', async () => {
    const world = {
      ...ROOT_WORLD,
      environment: { PATH: '/root/bin:/usr/bin' },
      fileKind: async (path: string) => (path.startsWith('/root/') ? 'forbidden' : ROOT_WORLD.fileKind(path)),
    } as const;
    assert.equal((await commandOf('cmd=true', world)).program, '/usr/bin/true');
    assert.deepEqual(await complaintsOf('a listen=0 cmd=nothing\nb listen=1 cmd=/root/bin/x', world), [
      'error 3:16 program "nothing" was not found',
      'error 4:16 program /root/bin/x lies in a directory that may not be read',
    ]);
  });
});

describe('wrappers', () => {
  test('none: argv[0] is the word of the file, as under Cyrus', async () => {
    const command = await commandOf('cmd="true  -a \t b"');
    assert.deepEqual([command.path, command.argv], ['/usr/bin/true', ['true', '-a', 'b']]);
    assert.equal(Object.hasOwn(command, 'runAs'), false);
  });

  test('all: nice, prlimit, setpriv, sh, program', async () => {
    const command = await commandOf('cmd="true -a" nice=-5 maxfds=100 user=cyrus umask=027 protocol=systemd');
    assert.equal(command.path, '/usr/bin/nice');
    assert.deepEqual(command.argv, [
      ...['/usr/bin/nice', '-n', '-5'],
      ...['/usr/bin/prlimit', '--nofile=100:100'],
      ...['/usr/bin/setpriv', '--reuid=105', '--regid=8', '--init-groups', '--'],
      ...['/bin/sh', '-c', 'umask 0027; export LISTEN_PID=$$; exec "$@"', 'sh'],
      ...['/usr/bin/true', '-a'],
    ]);
    assert.equal(command.program, '/usr/bin/true');
    assert.deepEqual(command.runAs, { uid: 105, gid: 8 });
  });

  test('ids: by number, by group alone, and the own ones need nothing', async () => {
    const setprivOf = async (keys: string, world = ROOT_WORLD) =>
      (await commandOf(`cmd=true ${keys}`, world)).argv.slice(1, -1);
    assert.deepEqual(await setprivOf('user=4242 group=33'), [
      '--reuid=4242',
      '--regid=33',
      '--clear-groups',
      '--',
    ]);
    assert.deepEqual(await setprivOf('group=www'), ['--regid=33', '--clear-groups', '--']);
    assert.deepEqual(await setprivOf('user=1000 group=1000', USER_WORLD), []);
    assert.deepEqual(await complaintsOf('a cmd=true listen=0 user=4242'), [
      'error 3:26 user 4242 is not in /etc/passwd, so its group is unknown',
    ]);
  });

  test('what needs root is refused without it', async () => {
    const entry = 'a cmd=true listen=/run/a user=cyrus nice=-1 owner=root';
    assert.deepEqual(await complaintsOf(entry, USER_WORLD), [
      'error 3:31 user= asks for another user',
      'error 3:42 nice=-1 raises the priority',
      'error 3:51 owner= asks for another user',
    ]);
  });

  test('a missing tool is named', async () => {
    const fileKind = async (path: string) => (path.endsWith('/nice') ? 'missing' : ROOT_WORLD.fileKind(path));
    assert.deepEqual(await complaintsOf('a cmd=true listen=0 nice=5', { ...ROOT_WORLD, fileKind }), [
      'error 3:26 nice= needs the program nice, which is not installed',
    ]);
  });

  test('more descriptors than the master can grant: its own limit, with a warning, as under Cyrus', async () => {
    const world = { ...ROOT_WORLD, filesMost: 500 };
    assert.deepEqual((await commandOf('cmd=true maxfds=1000', world)).argv.slice(0, 2), [
      '/usr/bin/prlimit',
      '--nofile=500:500',
    ]);
  });

  test('they work on this machine', async () => {
    const entry =
      'a cmd="sh test/unit/config/show-surroundings.sh" listen=0 nice=3 maxfds=64 umask=027 protocol=systemd';
    const outcome = await loadText(`MASTER { }\nSERVICES {\n${entry}\n}`, 'test.conf');
    assert.ok(outcome.ok);
    const command = outcome.master.services[0]?.command;
    const shown = execFileSync(command?.path ?? '', command?.argv.slice(1) ?? [], { encoding: 'utf8' });
    assert.equal(shown, `nice ${Math.min(19, getPriority() + 3)} files 64 umask 0027 listen-pid yes\n`);
  });
});

test('env= adds NAME=value pairs', async () => {
  const command = await commandOf('cmd=true env="A=1 B=x=y  C="');
  assert.deepEqual(command.environment, { A: '1', B: 'x=y', C: '' });
  assert.deepEqual(await complaintsOf('a cmd=true listen=0 env="A=1 2=x CYRUS_ID=1 A=2"'), [
    'error 3:30 "2=x" is not NAME=value',
    'error 3:34 CYRUS_ID is set by preforkd itself',
    'error 3:45 A is given twice',
  ]);
  assert.deepEqual(await complaintsOf('a cmd=true listen=0 env="constructor=1 __proto__=1"'), [
    'error 3:40 __proto__ cannot be the name of a variable',
  ]);
});
