// accept, for inetd-style services.

import assert from 'node:assert/strict';
import type { Address } from '../../../src/os/os.ts';
import { type Case, collect, opened, readAll, start, type World, waitUntil } from '../world.ts';

const OPTIONS = { backlog: 16, name: 'service' } as const;

function listenTcp(world: World): { fd: number; address: Address } {
  return opened(
    world.os.listen({ family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 }, OPTIONS),
  );
}

export const acceptCases: readonly Case[] = [
  {
    name: 'nobody waits: accept says empty at once, though the socket is blocking',
    run: (world) => {
      assert.deepEqual(world.os.accept(listenTcp(world).fd), { kind: 'empty' });
      const unix = { family: 'unix', transport: 'stream', path: world.path('accept.sock') } as const;
      assert.deepEqual(world.os.accept(opened(world.os.listen(unix, OPTIONS)).fd), { kind: 'empty' });
    },
  },
  {
    name: 'one connection each, then empty',
    run: (world) => {
      const { fd, address } = listenTcp(world);
      for (let i = 0; i < 3; i++) world.connect(address);
      waitUntil(world, 'three clients', () => opened(world.os.queue(fd, address)).length === 3);
      const connections = [0, 1, 2].map(() => world.os.accept(fd));
      assert.ok(connections.every((connection) => connection.kind === 'accepted'));
      assert.deepEqual(world.os.accept(fd), { kind: 'empty' });
    },
  },
  {
    name: 'a connection is handed to a child as its stdin and stdout, and ends with it',
    run: (world) => {
      const { fd, address } = listenTcp(world);
      const client = world.connect(address);
      const connection = world.os.accept(fd);
      assert.equal(connection.kind, 'accepted');
      const socket = connection.kind === 'accepted' ? connection.fd : -1;
      const child = start(world, 'tells-environment', { descriptors: [socket, socket, 'null'] });
      world.os.close(socket);
      assert.deepEqual(collect(world, child), { kind: 'exited', code: 0 });
      client.close();
    },
  },
  {
    name: 'a client that has gone while it waited harms nothing',
    run: (world) => {
      const { fd, address } = listenTcp(world);
      world.connect(address).close();
      world.connect(address);
      waitUntil(world, 'the second client', () => world.os.poll([fd], 0).kind === 'ready');
      const first = world.os.accept(fd);
      if (first.kind === 'accepted') assert.equal(readAll(world, first.fd).ended, true);
      else assert.equal(first.kind, 'empty');
      assert.equal(world.os.accept(fd).kind, 'accepted');
    },
  },
];
