// The paths of unix sockets: replaced only when stale, open only to whom they should be, removed only when ours.

import assert from 'node:assert/strict';
import type { Transport } from '../../../src/os/os.ts';
import { type Case, opened, type World } from '../world.ts';

const OPTIONS = { backlog: 16, name: 'service' } as const;
const TRANSPORTS = ['stream', 'datagram'] as const;
const at = (path: string, transport: Transport = 'stream') => ({ family: 'unix', transport, path }) as const;

export const unixCases: readonly Case[] = [
  ...TRANSPORTS.map((transport) => ({
    name: `${transport}: a path is made, and removed by closeListener`,
    run: (world: World) => {
      const address = at(world.path('new.sock'), transport);
      const listener = opened(world.os.listen(address, OPTIONS));
      assert.deepEqual(listener.address, address);
      assert.equal(world.look(address.path)?.kind, 'socket');
      world.os.closeListener(listener.fd, address);
      assert.equal(world.look(address.path), undefined);
    },
  })),
  {
    name: 'a stale socket is replaced',
    run: (world) => {
      const address = at(world.path('stale.sock'));
      world.makeStaleSocket(address.path);
      assert.equal(world.connectError(address), 'ECONNREFUSED');
      opened(world.os.listen(address, OPTIONS));
      assert.equal(world.connectError(address), undefined);
    },
  },
  ...TRANSPORTS.map((transport) => ({
    name: `a live ${transport} socket is EADDRINUSE and goes on`,
    run: (world: World) => {
      const address = at(world.path('live.sock'), transport);
      const live = opened(world.os.listen(address, OPTIONS));
      for (const other of TRANSPORTS) {
        assert.deepEqual(world.os.listen(at(address.path, other), OPTIONS), {
          ok: false,
          errno: 'EADDRINUSE',
        });
      }
      assert.equal(world.connectError(address), undefined);
      world.os.closeListener(live.fd, address);
    },
  })),
  {
    name: 'a live socket with a full queue is not taken for a stale one',
    run: (world) => {
      const address = at(world.path('full.sock'));
      opened(world.os.listen(address, { ...OPTIONS, backlog: 0 }));
      world.connect(address);
      assert.equal(world.connectError(address), 'EAGAIN');
      assert.deepEqual(world.os.listen(address, OPTIONS), { ok: false, errno: 'EADDRINUSE' });
    },
  },
  {
    name: 'a path that is not a socket is EEXIST and stays untouched',
    run: (world) => {
      const [file, directory] = [world.path('file'), world.path('directory')];
      world.makeFile(file);
      world.makeDirectory(directory);
      for (const path of [file, directory]) {
        assert.deepEqual(world.os.listen(at(path), OPTIONS), { ok: false, errno: 'EEXIST' });
      }
      assert.equal(world.look(file)?.kind, 'file');
      assert.equal(world.look(directory)?.kind, 'directory');
    },
  },
  {
    name: 'a missing directory is ENOENT, and a path too long ENAMETOOLONG',
    run: (world) => {
      const before = world.descriptorCount();
      const listen = (path: string) => world.os.listen(at(path), OPTIONS);
      assert.deepEqual(listen(world.path('nowhere/a.sock')), { ok: false, errno: 'ENOENT' });
      assert.deepEqual(listen(world.path('x'.repeat(120))), { ok: false, errno: 'ENAMETOOLONG' });
      assert.equal(world.descriptorCount(), before);
    },
  },
  {
    name: 'the mode of the path is the one asked for, 0777 otherwise, whatever the umask',
    run: (world) => {
      const modeOf = (name: string, mode?: number) => {
        const address = at(world.path(name));
        opened(world.os.listen(address, mode === undefined ? OPTIONS : { ...OPTIONS, mode }));
        return world.look(address.path)?.mode;
      };
      assert.equal(modeOf('default.sock'), 0o777);
      assert.equal(modeOf('group.sock', 0o660), 0o660);
      assert.equal(modeOf('all.sock', 0o666), 0o666);
    },
  },
  {
    name: 'the owner of the path is the one asked for',
    run: (world) => {
      const address = at(world.path('owned.sock'));
      opened(world.os.listen(address, { ...OPTIONS, mode: 0o600, owner: { uid: 12_345, gid: 12_345 } }));
      assert.equal(world.look(address.path)?.uid, 12_345);
      assert.equal(world.look(address.path)?.mode, 0o600);
    },
  },
  {
    name: 'an owner that we may not give is an error and leaves no path',
    run: (world) => {
      const address = at(world.path('refused.sock'));
      const outcome = world.os.listen(address, { ...OPTIONS, owner: { uid: 0, gid: 0 } });
      assert.deepEqual(outcome, { ok: false, errno: 'EPERM' });
      assert.equal(world.look(address.path), undefined);
    },
  },
  {
    name: 'closeListener leaves a path that somebody else has put in the place of ours',
    run: (world) => {
      const address = at(world.path('taken.sock'));
      const listener = opened(world.os.listen(address, OPTIONS));
      world.unlink(address.path);
      const successor = opened(world.os.listen(address, OPTIONS));
      world.os.closeListener(listener.fd, address);
      assert.equal(world.connectError(address), undefined);
      world.os.closeListener(successor.fd, address);
      assert.equal(world.look(address.path), undefined);
    },
  },
];
