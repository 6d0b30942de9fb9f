// TCP addresses: families, several addresses of one entry with limits of their own, ports that somebody else has,
// and the backlog that the kernel grants.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client, LEMMING, type RunningMaster, startMaster } from './harness.ts';
import { services } from './reckoning.ts';

const IPV6 = await canListen('::1');
const WITHOUT_IPV6 = IPV6 ? false : 'this machine has no ::1';

async function canListen(host: string): Promise<boolean> {
  const server = await listenOn(host, 0).catch(() => undefined);
  server?.close();
  return server !== undefined;
}

function listenOn(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(port, host, () => resolve(server));
  });
}

/** Of an entry that listens everywhere, for tests stay on the loopback interface. */
async function loopbackClient(master: RunningMaster, family: 'ipv4' | 'ipv6'): Promise<Client> {
  const bound = await master.address('echo', family);
  assert.ok('port' in bound);
  const client = await Client.connect({ host: family === 'ipv4' ? '127.0.0.1' : '::1', port: bound.port });
  master.clients.push(client);
  return client;
}

/** A port that is taken until `free` is called. */
async function takenPort(t: TestContext): Promise<{ port: number; free: () => Promise<void> }> {
  const server = await listenOn('127.0.0.1', 0);
  const free = () => new Promise<void>((resolve) => server.close(() => resolve()));
  t.after(free);
  return { port: (server.address() as AddressInfo).port, free };
}

test('an IPv6 address', { skip: WITHOUT_IPV6 }, async (t) => {
  const master = await startMaster(t, services(`echo cmd="${LEMMING}" listen="[::1]:0" prefork=1`));
  const { family, listen } = await master.service('echo');
  assert.equal(family, 'ipv6');
  assert.match(listen, /^\[::1\]:\d+$/);
  assert.match(await (await master.client('echo')).line(), /^lemming/);
});

test('no host means both families, each with limits and workers of its own', {
  skip: WITHOUT_IPV6,
}, async (t) => {
  const master = await startMaster(t, services(`echo cmd="${LEMMING}" listen="0" maxchild=1`));
  const [four, six] = [await loopbackClient(master, 'ipv4'), await loopbackClient(master, 'ipv6')];
  await four.line();
  await six.line();
  assert.equal(await four.ask('show env CYRUS_ID'), '0');
  assert.equal(await six.ask('show env CYRUS_ID'), '1');
  const late = await loopbackClient(master, 'ipv6');
  await master.event('blocked', { family: 'ipv6', constraint: 'maxchild' });
  assert.deepEqual(master.events('blocked', { family: 'ipv4' }), []);
  for (const family of ['ipv4', 'ipv6']) {
    const { busy, active, maxchild } = await master.service('echo', family);
    assert.deepEqual({ busy, active, maxchild }, { busy: 1, active: 1, maxchild: 1 });
  }
  await six.ask('bye');
  assert.match(await late.line(), /^lemming/);
});

test('a port that is in use: told, the others go on, and a reload heals it', async (t) => {
  const { port, free } = await takenPort(t);
  const master = await startMaster(
    t,
    services(
      `taken cmd="${LEMMING}" listen="127.0.0.1:${port}"`,
      `echo cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`,
    ),
  );
  const failed = await master.event('listen-failed', { service: 'taken' });
  assert.deepEqual([failed.address, failed.errno], [`127.0.0.1:${port}`, 'EADDRINUSE']);
  assert.match(failed.msg, /EADDRINUSE \(another program listens there/);
  await master.event('service-unbound', { service: 'taken' });
  const ready = await master.event('master-ready');
  assert.equal(ready.level, 'warn');
  assert.match(ready.msg, /^ready, but 1 service could not be bound and is tried again every 10 s$/);
  const { state, why } = await master.service('taken');
  assert.equal(state, 'unbound');
  assert.match(why, /could not be bound \(see the log, .*\); it is tried again/);
  assert.equal((await master.get('/readyz')).status, 503);
  const held = await master.client('echo');
  await held.line();

  await free();
  assert.equal((await master.cli('reload', '--wait')).code, 0);
  assert.match(await (await master.client('taken')).line(), /^lemming/);
  await master.settled('taken', { state: 'running' });
  assert.equal(await held.ask('echo undisturbed'), 'undisturbed');
});

test('a backlog above somaxconn is clamped, and that is told', async (t) => {
  const somaxconn = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  const master = await startMaster(
    t,
    services(
      `deep cmd="${LEMMING}" listen="127.0.0.1:0" backlog=${somaxconn + 1}`,
      `flat cmd="${LEMMING}" listen="127.0.0.1:0" backlog=7`,
    ),
  );
  const { backlog, effectiveBacklog, level } = await master.event('backlog-clamped', { service: 'deep' });
  assert.deepEqual(
    { backlog, effectiveBacklog, level },
    { backlog: somaxconn + 1, effectiveBacklog: somaxconn, level: 'warn' },
  );
  assert.equal((await master.service('deep')).queueLimit, somaxconn);
  assert.equal((await master.service('flat')).queueLimit, 7);
  assert.equal((await master.event('listening', { service: 'flat' })).effectiveBacklog, 7);
  assert.deepEqual(master.events('backlog-clamped', { service: 'flat' }), []);
});
