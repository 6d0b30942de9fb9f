// queue: how many connections wait, and how many may.

import assert from 'node:assert/strict';
import type { Address } from '../../../src/os/os.ts';
import { bytes, type Case, opened, type World, waitUntil } from '../world.ts';

const OPTIONS = { backlog: 16, name: 'service' } as const;

const STREAMS: Readonly<Record<string, (world: World) => Address>> = {
  tcp4: () => ({ family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 }),
  tcp6: () => ({ family: 'ipv6', transport: 'stream', host: '::1', port: 0 }),
  unix: (world) => ({ family: 'unix', transport: 'stream', path: world.path('queue.sock') }),
};

const DATAGRAMS: Readonly<Record<string, (world: World) => Address>> = {
  udp4: () => ({ family: 'ipv4', transport: 'datagram', host: '127.0.0.1', port: 0 }),
  udp6: () => ({ family: 'ipv6', transport: 'datagram', host: '::1', port: 0 }),
  unix: (world) => ({ family: 'unix', transport: 'datagram', path: world.path('datagram.sock') }),
};

export const queueCases: readonly Case[] = [
  ...Object.entries(STREAMS).map(([name, addressIn]) => ({
    name: `${name}: the queue counts waiting connections, and readability goes with it`,
    run: (world: World) => {
      const { os } = world;
      const { fd, address } = opened(os.listen(addressIn(world), OPTIONS));
      const expectQueue = (length: number) => {
        waitUntil(world, `${length} in the queue`, () => opened(os.queue(fd, address)).length === length);
        assert.deepEqual(os.queue(fd, address), { ok: true, length, limit: 16 });
        assert.equal(os.poll([fd], 0).kind, length > 0 ? 'ready' : 'timeout');
      };
      expectQueue(0);
      world.connect(address);
      expectQueue(1);
      for (let i = 0; i < 4; i++) world.connect(address);
      expectQueue(5);
      assert.equal(os.accept(fd).kind, 'accepted');
      expectQueue(4);
      for (let i = 0; i < 4; i++) assert.equal(os.accept(fd).kind, 'accepted');
      expectQueue(0);
    },
  })),
  {
    name: 'the queues of two unix sockets are told apart',
    run: (world) => {
      const { os } = world;
      const listeners = ['one.sock', 'two.sock'].map((name) =>
        opened(os.listen({ family: 'unix', transport: 'stream', path: world.path(name) }, OPTIONS)),
      );
      const [one, two] = listeners;
      for (let i = 0; i < 3; i++) world.connect(two?.address as Address);
      assert.equal(opened(os.queue(one?.fd as number, one?.address as Address)).length, 0);
      assert.equal(opened(os.queue(two?.fd as number, two?.address as Address)).length, 3);
    },
  },
  ...Object.entries(DATAGRAMS).map(([name, addressIn]) => ({
    name: `${name} datagrams: length 1 while one waits, even an empty one; limit 0`,
    run: (world: World) => {
      const { os } = world;
      const { fd, address } = opened(os.listen(addressIn(world), OPTIONS));
      assert.deepEqual(os.queue(fd, address), { ok: true, length: 0, limit: 0 });
      for (const text of ['', 'two', 'three']) world.sendDatagram(address, bytes(text));
      waitUntil(world, 'a datagram', () => opened(os.queue(fd, address)).length === 1);
      assert.deepEqual(os.queue(fd, address), { ok: true, length: 1, limit: 0 });
    },
  })),
];
