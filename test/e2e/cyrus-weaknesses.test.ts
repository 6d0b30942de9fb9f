// Where Cyrus's own master is known to be weak, ours on the same real imapd: SIGTERM with clients queued, a reload while
// workers start, a burst above the backlog of 32, fork that fails, a daemon that dies.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { asUser } from '../../bench/setup/masters.ts';
import { obstacle, testHome, type User } from './cyrus/home.ts';
import { type CyrusMaster, restIsExact, startImapd } from './cyrus/master.ts';
import { type Client, type RunningMaster, run, until } from './harness.ts';
import { nobodyLeft } from './support.ts';

const SKIP = obstacle();
const GREETING = /^\* OK /;

function connect(master: RunningMaster, count: number): Promise<Client[]> {
  return Promise.all(Array.from({ length: count }, () => master.client('imap')));
}

async function allAreGreeted(clients: readonly Client[]): Promise<void> {
  for (const greeting of await Promise.all(clients.map((client) => client.line())))
    assert.match(greeting, GREETING);
}

test('SIGTERM ends the master although clients are queued', { skip: SKIP }, async (t) => {
  const { master } = await startImapd(testHome(t), 'maxchild=2');
  const clients = await connect(master, 12);
  await master.settled('imap', { busy: 2, queue: 10 });
  assert.equal(await master.stop(), 0);
  await Promise.all(clients.map((client) => client.gone()));
  await nobodyLeft(master);
});

test('reloads in a burst at prefork=20 lose no client and disable nothing', { skip: SKIP }, async (t) => {
  const cyrus = await startImapd(testHome(t), 'prefork=20 maxchild=100');
  const { master } = cyrus;
  // At once, with the first workers on their way up: they would die of the signal.
  const burst = connect(master, 60);
  for (let reloads = 1; reloads <= 3; reloads += 1) {
    const before = master.log.length;
    master.signal('SIGHUP');
    await master.event('reload-applied', {}, before);
  }
  await allAreGreeted(await burst);
  for (const event of ['service-disabled', 'breaker-opened']) assert.deepEqual(master.events(event), []);
  const { state } = await master.settled('imap', { starting: 0, queue: 0 });
  assert.equal(state, 'running');
  await allAreGreeted(await connect(master, 1));
  await restIsAfterAll(cyrus);
});

/** The clients go first: a worker that was told to finish stays with its client. */
async function restIsAfterAll(cyrus: CyrusMaster): Promise<void> {
  for (const { socket } of cyrus.master.clients) socket.destroy();
  await restIsExact(cyrus);
}

test('a hundred clients at once, without a backlog of their own: all are greeted', {
  skip: SKIP,
}, async (t) => {
  const cyrus = await startImapd(testHome(t), 'maxchild=100');
  const clients = await connect(cyrus.master, 100);
  await allAreGreeted(clients);
  const { queueLimit, busy } = await cyrus.master.settled('imap', { busy: 100, queue: 0 });
  const most = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  assert.deepEqual([queueLimit, busy], [Math.min(4_096, most), 100]);
  await restIsAfterAll(cyrus);
});

test('idled as a DAEMON is started again when it dies, and ends with the master', {
  skip: SKIP,
}, async (t) => {
  const home = testHome(t);
  const cyrus = await startImapd(home, '', `DAEMON {\n  idled cmd="${home.command('idled')}"\n}`);
  const pidOf = async () => (await cyrus.master.settled('idled', { active: 1 })).workers[0]?.pid;
  const first = await pidOf();
  assert.ok(first);
  process.kill(first, 'SIGKILL');
  await cyrus.master.until('another', async () => (await pidOf()) !== first);
  await restIsExact(cyrus);
  assert.equal(await cyrus.master.stop(), 0);
  await nobodyLeft(cyrus.master);
});

/** Of whom nothing else runs: RLIMIT_NPROC counts all processes and threads of a user. */
const LONELY: User = { name: 'uucp', group: 'uucp' };
const LONELY_SKIP = obstacle([], LONELY);

function lonelyImapd(t: TestContext): Promise<CyrusMaster> {
  const more = { cyrus_user: LONELY.name, cyrus_group: LONELY.group };
  return startImapd(testHome(t, { user: LONELY, more }), 'maxchild=60');
}

/** Sets the soft limit of the running master, as its own user, who may. */
async function limitProcesses(master: RunningMaster, most: number | string): Promise<void> {
  const [setpriv = '', ...words] = asUser(LONELY);
  const { code, stderr } = await run(
    setpriv,
    [...words, 'prlimit', `--pid=${master.pid}`, `--nproc=${most}:`],
    '/',
  );
  assert.equal(code, 0, stderr);
}

function threadsOf({ pid }: RunningMaster): number {
  return Number(/^Threads:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The hard limit is left as it was. */
function enough({ pid }: RunningMaster): string {
  return (
    /^Max processes\s+\S+\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? 'unlimited'
  );
}

const greeted = (clients: readonly Client[]) => clients.filter(({ text }) => GREETING.test(text)).length;

test('fork fails for want of processes: a death makes room for the next, and all are served when there is room', {
  skip: LONELY_SKIP,
}, async (t) => {
  const cyrus = await lonelyImapd(t);
  const { master } = cyrus;
  await limitProcesses(master, threadsOf(master) + 8);
  const clients = await connect(master, 30);
  await master.event('blocked', { constraint: 'fork-failed' });
  const { workers, busy } = await master.settled('imap', { starting: 0 });
  await until('those for whom there is room', () => greeted(clients) === busy);
  const [victim] = workers;
  assert.ok(victim && busy > 0 && busy < clients.length, `${busy} served`);
  process.kill(victim.pid, 'SIGKILL');
  await until('another to take the room', () => greeted(clients) > busy);
  await limitProcesses(master, enough(master));
  await until('all to be served', () => greeted(clients) === clients.length);
  await restIsAfterAll(cyrus);
});

test('SIGTERM ends the master while no fork succeeds', { skip: LONELY_SKIP }, async (t) => {
  const { master } = await lonelyImapd(t);
  await limitProcesses(master, 1);
  await connect(master, 10);
  await master.event('blocked', { constraint: 'fork-failed' });
  assert.equal(await master.stop(), 0);
  await nobodyLeft(master);
});
