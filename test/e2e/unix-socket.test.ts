// Unix stream sockets: who may connect, what happens to a path that is there already, and that nothing is left.

import assert from 'node:assert/strict';
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client, LEMMING, startMaster } from './harness.ts';
import { ownDirectory, services } from './reckoning.ts';

const IS_ROOT = process.getuid?.() === 0;

const echoAt = (path: string, more = '') => services(`echo cmd="${LEMMING}" listen="${path}" ${more}`);

function listenAt(t: TestContext, path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    // The master's look whether somebody lives here may be gone before it is answered.
    const server = createServer((socket) => socket.on('error', () => {}).end('somebody else\n'));
    server.on('error', reject).listen(path, () => resolve(server));
    t.after(() => server.close());
  });
}

/** A socket that nobody listens on: its server was closed under another name. */
async function leaveStale(t: TestContext, path: string): Promise<void> {
  const server = await listenAt(t, `${path}.first`);
  renameSync(`${path}.first`, path);
  await new Promise((resolve) => server.close(resolve));
}

test('a service on a path serves, with the queue that its backlog says, and removes the path at its end', async (t) => {
  const path = join(ownDirectory(t), 'echo.sock');
  const master = await startMaster(t, echoAt(path, 'mode=0600 backlog=17 maxchild=1'));
  const { family, listen, queueLimit } = await master.service('echo');
  assert.deepEqual({ family, listen, queueLimit }, { family: 'unix', listen: path, queueLimit: 17 });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const client = await master.client('echo');
  assert.match(await client.line(), /^lemming/);
  const second = await master.client('echo');
  await master.settled('echo', { busy: 1, queue: 1 });
  await client.ask('bye');
  await second.line();
  await second.ask('bye');
  assert.equal(await master.stop(), 0);
  assert.equal(existsSync(path), false);
});

test('mode and owner are those of the file', {
  skip: IS_ROOT ? false : 'only root may give a socket away',
}, async (t) => {
  const path = join(ownDirectory(t), 'echo.sock');
  await startMaster(t, echoAt(path, 'mode=0640 owner="65534:65533"'));
  const { mode, uid, gid } = statSync(path);
  assert.deepEqual({ mode: mode & 0o777, uid, gid }, { mode: 0o640, uid: 65_534, gid: 65_533 });
});

test('a stale path is replaced', async (t) => {
  const path = join(ownDirectory(t), 'echo.sock');
  await leaveStale(t, path);
  assert.ok(statSync(path).isSocket());
  const master = await startMaster(t, echoAt(path));
  assert.match(await (await master.client('echo')).line(), /^lemming/);
});

test('the path of a living process is not stolen', async (t) => {
  const path = join(ownDirectory(t), 'echo.sock');
  await listenAt(t, path);
  const master = await startMaster(t, echoAt(path));
  const failed = await master.event('listen-failed');
  assert.deepEqual([failed.address, failed.errno], [path, 'EADDRINUSE']);
  await master.event('service-unbound', { service: 'echo' });
  assert.equal((await master.service('echo')).state, 'unbound');
  assert.equal(await (await Client.connect({ path })).line(), 'somebody else');
  assert.equal(await master.stop(), 0);
  assert.equal(
    await (await Client.connect({ path })).line(),
    'somebody else',
    'not removed at the end either',
  );
});

test('a file that is no socket is left alone', async (t) => {
  const path = join(ownDirectory(t), 'echo.sock');
  writeFileSync(path, 'precious');
  const master = await startMaster(t, echoAt(path));
  assert.equal((await master.event('listen-failed')).errno, 'EEXIST');
  assert.equal(await master.stop(), 0);
  assert.ok(statSync(path).isFile());
});
