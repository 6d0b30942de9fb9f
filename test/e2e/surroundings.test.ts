// What a worker finds itself in: the environment of the protocol and nothing of the master's own, five descriptors,
// default signals, the master as its parent; and the keys that change it.

import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Client, LEMMING, type MasterOptions, type RunningMaster, startMaster } from './harness.ts';
import { ownDirectory, services, statusField } from './reckoning.ts';

const IS_ROOT = process.getuid?.() === 0;

/** A process that is asked through /proc alone: a Node worker would have changed its signals and descriptors. */
async function sleeper(
  t: TestContext,
  options: MasterOptions = {},
): Promise<{ master: RunningMaster; pid: number }> {
  const master = await startMaster(
    t,
    services('still cmd="/bin/sleep 3600" listen="127.0.0.1:0" prefork=1'),
    options,
  );
  return { master, pid: (await master.event('spawned')).pid as number };
}

function environmentOf(pid: number): Map<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

async function lemming(t: TestContext, keys: string): Promise<{ client: Client; master: RunningMaster }> {
  const master = await startMaster(t, services(`lemming cmd="${LEMMING}" listen="127.0.0.1:0" ${keys}`));
  const client = await master.client('lemming');
  await client.line();
  return { client, master };
}

test('five descriptors: nothing to read, two pipes to the log, the status channel, the listener', async (t) => {
  const { master, pid } = await sleeper(t);
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => `${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`);
  assert.deepEqual(
    links.map((link) => link.replace(/:\[\d+\]/, '')),
    ['0 /dev/null', '1 pipe', '2 pipe', '3 pipe', '4 socket'],
  );
  assert.equal(statusField(pid, 'PPid'), String(master.pid));
});

test('no signal is blocked or ignored, although Node ignores some in the master', async (t) => {
  const { master, pid } = await sleeper(t);
  assert.notEqual(Number.parseInt(statusField(master.pid, 'SigIgn'), 16), 0);
  for (const field of ['SigBlk', 'SigIgn', 'SigCgt']) {
    assert.match(statusField(pid, field), /^0+$/, field);
  }
});

test('the environment is the one of the master, and what the protocol says', async (t) => {
  const { master, pid } = await sleeper(t, { environment: { LANG: 'C.UTF-8', CYRUS_VERBOSE: '2' } });
  const own = environmentOf(master.pid);
  const added = [...environmentOf(pid)].filter(([name, value]) => own.get(name) !== value);
  assert.deepEqual(Object.fromEntries(added), {
    CYRUS_SERVICE: 'still',
    CYRUS_ID: '0',
    PREFORKD_MASTER_PID: String(master.pid),
    PREFORKD_BACKLOG: '4096',
    PREFORKD_CLIENT_LIMIT: '1',
    PREFORKD_QUEUE_WAIT: '1',
  });
  assert.equal(environmentOf(pid).get('CYRUS_VERBOSE'), '2');
});

test('what was meant for the master alone is not handed on', async (t) => {
  const meant = {
    LISTEN_PID: '1',
    LISTEN_FDS: '1',
    LISTEN_FDNAMES: 'imap',
    NOTIFY_SOCKET: '/nowhere/notify',
    WATCHDOG_USEC: '30000000',
    WATCHDOG_PID: '1',
    CYRUS_ISDAEMON: '1',
  };
  const { pid } = await sleeper(t, { environment: meant });
  const names = [...environmentOf(pid).keys()];
  assert.deepEqual(
    names.filter((name) => Object.hasOwn(meant, name)),
    [],
  );
});

test('cwd, umask, nice, env and maxfds', async (t) => {
  const directory = realpathSync(ownDirectory(t));
  const { client } = await lemming(
    t,
    `cwd="${directory}" umask=0027 nice=7 env="COLOUR=blue LANG=C" maxfds=222`,
  );
  assert.equal(await client.ask('show cwd'), directory);
  assert.equal(await client.ask('show umask'), '0027');
  assert.equal(await client.ask('show nice'), '7');
  assert.equal(await client.ask('show env COLOUR'), 'blue');
  assert.equal(await client.ask('show env LANG'), 'C');
  assert.equal(await client.ask('show limits'), '222');
});

test('the wrappers that set them leave no process between master and worker', async (t) => {
  const { client, master } = await lemming(t, 'nice=3 maxfds=100 umask=0077');
  assert.equal(await client.ask('show ppid'), String(master.pid));
  const { workers } = await master.settled('lemming', { busy: 1, active: 1 });
  assert.equal(await client.ask('pid'), String(workers[0]?.pid));
});

test('user and group', { skip: IS_ROOT ? false : 'only root may change the user' }, async (t) => {
  const { client } = await lemming(t, 'user=65534 group=65533');
  assert.equal(await client.ask('show uid'), '65534');
  assert.equal(await client.ask('show gid'), '65533');
});

test('a systemd worker under another user reaches its notify socket', {
  skip: IS_ROOT ? false : 'only root may change the user',
}, async (t) => {
  const directory = ownDirectory(t);
  chmodSync(directory, 0o711);
  const master = await startMaster(
    t,
    services(
      `lemming cmd="${LEMMING} --systemd" listen="127.0.0.1:0" protocol=systemd prefork=1 user=65534 group=65534`,
    ),
    { directory },
  );
  const { presumed } = await master.event('worker-ready');
  assert.equal(presumed, false);
  await master.settled('lemming', { ready: 1, starting: 0 });
});
