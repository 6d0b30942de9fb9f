// fork fails with EAGAIN, because the user has no processes left (RLIMIT_NPROC): nothing spins, `why` says so, who
// waits is served when there is room again, and the master can be stopped all the time.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LEMMING, PREFORKD, type RunningMaster, run, startMaster } from './harness.ts';
import { ledgerIsExact, services } from './reckoning.ts';

/** A user of this test run alone, for the limit counts all processes and threads of a user. */
const UID = String(200_000 + process.pid);
const AS_USER = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'];

const SKIP = obstacle() ?? false;

/** root is not bound by the limit, and an ordinary user shares it with all that they run. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, to become a user of whom nothing else runs';
  const [setpriv = '', ...words] = AS_USER;
  const reads = spawnSync(setpriv, [...words, process.execPath, PREFORKD, '--version']).status === 0;
  return reads ? undefined : 'needs setpriv, and a checkout that other users may read';
}

async function confined(t: TestContext, entry: string): Promise<RunningMaster> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-e2e-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o777);
  return startMaster(t, services(entry), {
    directory,
    wrapper: AS_USER,
  });
}

/** Sets the soft limit of the running master, as its own user: that needs no privilege over others' processes. */
async function limitProcesses(master: RunningMaster, most: number | string): Promise<void> {
  const [setpriv = '', ...words] = AS_USER;
  const prlimit = ['prlimit', `--pid=${master.pid}`, `--nproc=${most}:`];
  const { code, stderr } = await run(setpriv, [...words, ...prlimit], '/');
  assert.equal(code, 0, stderr);
}

/** What this process may have is more than enough for the master, which has inherited it. */
function enough(): string {
  const [, soft = ''] = /Max processes +(\w+)/.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return soft;
}

const NONE = 1;

async function turns(master: RunningMaster): Promise<number> {
  return (JSON.parse((await master.get('/api/status')).body) as { master: { turns: number } }).master.turns;
}

const ECHO = `echo cmd="${LEMMING}" listen="127.0.0.1:0" maxchild=20`;

test('clients wait without a spin, know why, and are served when there is room', {
  skip: SKIP,
}, async (t) => {
  const master = await confined(t, ECHO);
  await limitProcesses(master, NONE);
  const clients = await Promise.all([1, 2, 3, 4, 5, 6].map(() => master.client('echo')));
  const failed = await master.event('spawn-failed');
  assert.deepEqual([failed.errno, failed.stage], ['EAGAIN', 'fork']);
  await master.event('blocked', { constraint: 'fork-failed' });

  const before = { turns: await turns(master), failures: master.events('spawn-failed').length };
  await master.until(
    'three more attempts',
    () => master.events('spawn-failed').length >= before.failures + 3,
  );
  const made = (await turns(master)) - before.turns;
  assert.ok(made < 150, `${made} turns for three attempts`);
  const delays = master.events('spawn-failed').map((line) => line.retryInMs as number);
  assert.deepEqual(delays.slice(0, 4), [100, 200, 400, 800]);
  const { why } = await master.until('why to name it', async () => {
    const service = await master.service('echo');
    return service.why.includes('the last fork failed') ? service : undefined;
  });
  assert.match(why, /6 clients wait.*the last fork failed for want of processes or memory: next attempt in/);

  await limitProcesses(master, enough());
  for (const client of clients) assert.match(await client.line(), /^lemming/);
  await master.settled('echo', { busy: 6, queue: 0, starting: 0 });
  await ledgerIsExact(master);
});

test('SIGTERM ends the master while clients wait and no fork succeeds', { skip: SKIP }, async (t) => {
  const master = await confined(t, ECHO);
  await limitProcesses(master, NONE);
  await master.client('echo');
  await master.event('blocked', { constraint: 'fork-failed' });
  assert.equal(await master.stop(), 0);
});

test('an inetd client that was accepted before the fork failed is kept, and served', {
  skip: SKIP,
}, async (t) => {
  const master = await confined(t, 'plain cmd="/bin/cat" listen="127.0.0.1:0" protocol=inetd');
  await limitProcesses(master, NONE);
  const client = await master.client('plain');
  await master.event('spawn-failed', { errno: 'EAGAIN' });
  await limitProcesses(master, enough());
  assert.equal(await client.ask('at last'), 'at last');
});
