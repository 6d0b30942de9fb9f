// Sockets that were opened before the master started: LISTEN_FDS, as systemd passes them. Taken by address or name,
// served, left bound at the port that clients know, and their claim is not handed on.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client, LEMMING, startMaster } from './harness.ts';
import { ownDirectory, services } from './reckoning.ts';

const ACTIVATE = '/usr/bin/systemd-socket-activate';

/** sd_listen_fds(3) wants the pid of who is to take the sockets, which only that process knows. */
const claim = (count: number, names: string) => [
  '/bin/sh',
  '-c',
  `LISTEN_PID=$$ LISTEN_FDS=${count} LISTEN_FDNAMES=${names} exec "$@"`,
  'sh',
];

interface Opened {
  readonly fd: number;
  readonly port: number;
  /** From then on the master alone has the socket: Node would accept its clients. */
  readonly letGo: () => void;
}

async function opened(t: TestContext): Promise<Opened> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return {
    fd: descriptorOf(server),
    port: (server.address() as AddressInfo).port,
    letGo: () => server.close(),
  };
}

function descriptorOf(server: Server): number {
  const { _handle: handle } = server as Server & { readonly _handle?: { readonly fd: number } };
  assert.ok(handle && handle.fd > 2);
  return handle.fd;
}

test('a socket is taken by its address: inherited, served at its port, and still there after a reload', async (t) => {
  const { fd, port, letGo } = await opened(t);
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:${port}" prefork=1 backlog=99`),
    { wrapper: claim(1, 'unrelated'), descriptors: [fd] },
  );
  letGo();
  const listening = await master.event('listening');
  assert.deepEqual(
    [listening.inherited, listening.address, listening.effectiveBacklog],
    [true, `127.0.0.1:${port}`, 99],
  );
  master.signal('SIGHUP');
  await master.event('reload-applied');
  const client = await master.client('echo');
  assert.match(await client.line(), /^lemming/);
  assert.equal(await client.ask('show env LISTEN_FDS'), '(unset)');
  assert.equal(await client.ask('show env LISTEN_PID'), '(unset)');
});

test('or by its name, where the file says no port', async (t) => {
  const [one, two] = [await opened(t), await opened(t)];
  const master = await startMaster(
    t,
    services(
      `imap cmd="${LEMMING}" listen="127.0.0.1:0"`,
      `lmtp cmd="${LEMMING}" listen="127.0.0.1:0"`,
      `pop3 cmd="${LEMMING}" listen="127.0.0.1:0"`,
    ),
    { wrapper: claim(2, 'lmtp:imap'), descriptors: [one.fd, two.fd] },
  );
  one.letGo();
  two.letGo();
  const at = async (service: string) => {
    const { address, inherited } = await master.event('listening', { service });
    return { address, inherited };
  };
  assert.deepEqual(await at('lmtp'), { address: `127.0.0.1:${one.port}`, inherited: true });
  assert.deepEqual(await at('imap'), { address: `127.0.0.1:${two.port}`, inherited: true });
  assert.equal((await at('pop3')).inherited, false);
  assert.match(await (await master.client('imap')).line(), /^lemming/);
});

test('a claim that is meant for another process is not believed', async (t) => {
  const { fd } = await opened(t);
  const master = await startMaster(t, services(`imap cmd="${LEMMING}" listen="127.0.0.1:0"`), {
    environment: { LISTEN_PID: '1', LISTEN_FDS: '1', LISTEN_FDNAMES: 'imap' },
    descriptors: [fd],
  });
  assert.equal((await master.event('listening')).inherited, false);
  assert.match(await (await master.client('imap')).line(), /^lemming/);
});

test('systemd-socket-activate starts the master when the first client comes', {
  skip: existsSync(ACTIVATE) ? false : `no ${ACTIVATE} here`,
}, async (t) => {
  const path = join(ownDirectory(t), 'echo.sock');
  const master = await startMaster(t, services(`echo cmd="${LEMMING}" listen="${path}"`), {
    wrapper: [ACTIVATE, '-l', path],
    unready: true,
  });
  await master.until('the socket', () => existsSync(path));
  const client = await Client.connect({ path });
  master.clients.push(client);
  assert.match(await client.line(), /^lemming/);
  assert.equal((await master.event('listening')).inherited, true);
  assert.equal(await client.ask('show ppid'), String(master.pid));
  await client.ask('bye');
  assert.equal(await master.stop(), 0);
  assert.ok(existsSync(path), 'the path is not ours to remove');
});
