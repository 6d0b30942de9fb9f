// listen: binding, the address really bound, the backlog really granted, inheritance, closing.

import assert from 'node:assert/strict';
import type { Address, ListenOptions, ListenOutcome } from '../../../src/os/os.ts';
import { type Case, opened, start, type World } from '../world.ts';

type Internet = Extract<Address, { host: string }>;

type Listener = Extract<ListenOutcome, { ok: true }>;

const OPTIONS: ListenOptions = { backlog: 16, name: 'service' };
const INTERNET: Readonly<Record<string, Internet>> = {
  tcp4: { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 },
  tcp6: { family: 'ipv6', transport: 'stream', host: '::1', port: 0 },
  udp4: { family: 'ipv4', transport: 'datagram', host: '127.0.0.1', port: 0 },
  udp6: { family: 'ipv6', transport: 'datagram', host: '::1', port: 0 },
};
const tcp4 = INTERNET.tcp4 as Internet;

const portOf = (address: Address) => ('port' in address ? address.port : 0);

export const listenCases: readonly Case[] = [
  ...Object.entries(INTERNET).map(([name, address]) => ({
    name: `${name}: port 0 becomes the port really bound, which is then taken`,
    run: (world: World) => {
      const listener = opened(world.os.listen(address, OPTIONS));
      assert.ok(portOf(listener.address) > 0);
      assert.deepEqual(listener.address, { ...address, port: portOf(listener.address) });
      assert.equal(listener.inherited, false);
      assert.equal(listener.effectiveBacklog, address.transport === 'stream' ? 16 : 0);
      assert.deepEqual(world.os.listen(listener.address, OPTIONS), { ok: false, errno: 'EADDRINUSE' });
      world.os.closeListener(listener.fd, listener.address);
      const again = opened(world.os.listen(listener.address, OPTIONS));
      assert.deepEqual(again.address, listener.address);
    },
  })),
  {
    name: 'a port can be bound again at once after a connection on it was closed',
    run: (world) => {
      const listener = opened(world.os.listen(tcp4, OPTIONS));
      const client = world.connect(listener.address);
      const accepted = world.os.accept(listener.fd);
      assert.equal(accepted.kind, 'accepted');
      // Closed by the server first, so that TIME_WAIT is on its side.
      if (accepted.kind === 'accepted') world.os.close(accepted.fd);
      client.close();
      world.os.closeListener(listener.fd, listener.address);
      assert.equal(world.os.listen(listener.address, OPTIONS).ok, true);
    },
  },
  {
    name: 'v4 and v6 listen side by side on one port',
    run: (world) => {
      const four = opened(world.os.listen({ ...tcp4, host: '0.0.0.0' }, OPTIONS));
      const port = portOf(four.address);
      const six = world.os.listen({ family: 'ipv6', transport: 'stream', host: '::', port }, OPTIONS);
      assert.deepEqual(opened(six).address, { family: 'ipv6', transport: 'stream', host: '::', port });
    },
  },
  {
    name: 'the backlog is what the kernel granted',
    run: (world) => {
      const path = world.path('backlog.sock');
      for (const address of [
        tcp4,
        INTERNET.tcp6 as Internet,
        { family: 'unix', transport: 'stream', path } as const,
      ]) {
        const modest = opened(world.os.listen(address, { ...OPTIONS, backlog: 7 }));
        assert.equal(modest.effectiveBacklog, 7);
        world.os.closeListener(modest.fd, modest.address);
        const greedy = opened(world.os.listen(address, { ...OPTIONS, backlog: world.backlogMost + 1000 }));
        assert.equal(greedy.effectiveBacklog, world.backlogMost);
        world.os.closeListener(greedy.fd, greedy.address);
      }
    },
  },
  {
    name: 'an address of another machine is EADDRNOTAVAIL, and what is no address EINVAL',
    run: (world) => {
      const before = world.descriptorCount();
      const listen = (host: string) => world.os.listen({ ...tcp4, host }, OPTIONS);
      assert.deepEqual(listen('192.0.2.1'), { ok: false, errno: 'EADDRNOTAVAIL' });
      assert.deepEqual(listen('localhost'), { ok: false, errno: 'EINVAL' });
      assert.equal(world.descriptorCount(), before);
    },
  },
  {
    name: 'clients are refused once the listener is closed',
    run: (world) => {
      const listener = opened(world.os.listen(tcp4, OPTIONS));
      assert.equal(world.connectError(listener.address), undefined);
      world.os.closeListener(listener.fd, listener.address);
      assert.equal(world.connectError(listener.address), 'ECONNREFUSED');
    },
  },
  {
    name: 'a worker that holds the socket keeps it open when the master closes its own',
    run: (world) => {
      const listener = opened(world.os.listen(tcp4, OPTIONS));
      start(world, 'sleeper', { descriptors: ['null', 'null', 'null', 'null', listener.fd] });
      world.os.closeListener(listener.fd, listener.address);
      assert.equal(world.connectError(listener.address), undefined);
    },
  },
  {
    name: 'refuseClients: clients are refused although a worker holds the socket, again and again; it can be bound anew',
    run: (world) => {
      const unix = { family: 'unix', transport: 'stream', path: world.path('held.sock') } as const;
      for (const wanted of [tcp4, unix]) {
        const listener = opened(world.os.listen(wanted, OPTIONS));
        start(world, 'sleeper', { descriptors: ['null', 'null', 'null', 'null', listener.fd] });
        world.os.refuseClients(listener.fd, listener.address);
        world.os.refuseClients(listener.fd, listener.address);
        assert.equal(world.connectError(listener.address), 'ECONNREFUSED');
        assert.equal(world.os.listen(listener.address, OPTIONS).ok, true);
        world.os.closeListener(listener.fd, listener.address);
        assert.equal(world.connectError(listener.address), undefined);
      }
    },
  },
  {
    name: 'refuseClients: whoever is queued is turned away',
    run: (world) => {
      const unix = { family: 'unix', transport: 'stream', path: world.path('queued.sock') } as const;
      for (const wanted of [tcp4, unix]) {
        const listener = opened(world.os.listen(wanted, OPTIONS));
        for (let clients = 0; clients < 3; clients += 1) world.connect(listener.address);
        world.os.refuseClients(listener.fd, listener.address);
        assert.deepEqual(world.os.accept(listener.fd), { kind: 'failed', errno: 'EINVAL' });
      }
    },
  },
  {
    name: 'the queue of a socket that was shut down says EINVAL',
    run: (world) => {
      const unix = { family: 'unix', transport: 'stream', path: world.path('shut.sock') } as const;
      for (const wanted of [tcp4, INTERNET.tcp6 as Internet, unix]) {
        const listener = opened(world.os.listen(wanted, OPTIONS));
        assert.equal(world.os.queue(listener.fd, listener.address).ok, true);
        world.os.refuseClients(listener.fd, listener.address);
        const shut = world.os.queue(listener.fd, listener.address);
        assert.deepEqual(shut, { ok: false, errno: 'EINVAL' });
      }
    },
  },
  {
    name: 'inherited sockets are taken by address, or else by name; each once; the rest are bound',
    run: (world) => {
      const unix = { family: 'unix', transport: 'stream', path: world.path('heir.sock') } as const;
      const [one, other, third] = [tcp4, tcp4, unix].map((address) =>
        opened(world.os.listen(address, OPTIONS)),
      ) as [Listener, Listener, Listener];
      const given = [
        { address: one.address, name: 'unknown' },
        { address: other.address, name: 'imap' },
        { address: third.address, name: 'lmtp' },
      ];
      const asked = [
        { address: one.address, name: 'imap' },
        { address: tcp4, name: 'imap' },
        { address: third.address, name: 'other' },
        { address: tcp4, name: 'imap' },
      ];
      const outcomes = world.listenAsHeir(given, asked).map(opened);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.inherited),
        [true, true, true, false],
      );
      assert.deepEqual(
        outcomes.slice(0, 3).map((outcome) => outcome.address),
        given.map((socket) => socket.address),
      );
      assert.deepEqual(
        outcomes.map((outcome) => outcome.effectiveBacklog),
        [33, 33, 33, 33],
      );
      // The heir's doing: it got them non-blocking, and a socket's flags are shared.
      for (const { fd } of [one, other, third]) assert.equal(world.isBlocking(fd), true);
    },
  },
  {
    name: 'a listening socket is blocking, as workers expect it',
    run: (world) => {
      for (const address of Object.values(INTERNET)) {
        assert.equal(world.isBlocking(opened(world.os.listen(address, OPTIONS)).fd), true);
      }
    },
  },
];
