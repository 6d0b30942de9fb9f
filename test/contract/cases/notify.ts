// Datagram sockets for sd_notify(3): one path each, one datagram a read.

import assert from 'node:assert/strict';
import { bytes, type Case, opened, PATIENCE_MS } from '../world.ts';

const at = (path: string) => ({ family: 'unix', transport: 'datagram', path }) as const;

export const notifyCases: readonly Case[] = [
  {
    name: 'a notify socket has a path of its own, for its owner alone',
    run: (world) => {
      const [one, other] = [opened(world.os.openNotify(undefined)), opened(world.os.openNotify(undefined))];
      assert.notEqual(one.path, other.path);
      assert.equal(world.look(one.path)?.kind, 'socket');
      assert.equal(world.look(one.path)?.mode, 0o600);
    },
  },
  {
    name: 'the owner of a notify socket is the one that was asked for',
    run: (world) => {
      const socket = opened(world.os.openNotify({ uid: 12_345, gid: 12_345 }));
      assert.equal(world.look(socket.path)?.uid, 12_345);
      assert.equal(world.look(socket.path)?.mode, 0o600);
    },
  },
  {
    name: 'one datagram a read, in order, and then empty',
    run: (world) => {
      const socket = opened(world.os.openNotify(undefined));
      assert.deepEqual(world.os.read(socket.fd, 100), { kind: 'empty' });
      world.sendDatagram(at(socket.path), bytes('READY=1'));
      world.sendDatagram(at(socket.path), bytes('STATUS=busy'));
      assert.equal(world.os.poll([socket.fd], PATIENCE_MS).kind, 'ready');
      assert.deepEqual(world.os.read(socket.fd, 100), { kind: 'data', bytes: bytes('READY=1') });
      assert.deepEqual(world.os.read(socket.fd, 6), { kind: 'data', bytes: bytes('STATUS') });
      assert.deepEqual(world.os.read(socket.fd, 100), { kind: 'empty' });
    },
  },
  {
    name: 'an empty datagram is data, not the end',
    run: (world) => {
      const socket = opened(world.os.openNotify(undefined));
      world.sendDatagram(at(socket.path), bytes(''));
      assert.deepEqual(world.os.read(socket.fd, 100), { kind: 'data', bytes: bytes('') });
      assert.deepEqual(world.os.read(socket.fd, 100), { kind: 'empty' });
    },
  },
  {
    name: 'a closed notify socket leaves no path',
    run: (world) => {
      const before = world.descriptorCount();
      const socket = opened(world.os.openNotify(undefined));
      world.os.closeNotify(socket.fd, socket.path);
      assert.equal(world.look(socket.path), undefined);
      assert.equal(world.descriptorCount(), before);
    },
  },
];
