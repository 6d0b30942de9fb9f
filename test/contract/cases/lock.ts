// lockFile: a file with our text that nobody else can lock, as long as its descriptor is open.

import assert from 'node:assert/strict';
import { type Case, opened, start, waitUntil } from '../world.ts';

export const lockCases: readonly Case[] = [
  {
    name: 'a file is made, with the text in it, readable by all',
    run: (world) => {
      const path = world.path('new.pid');
      opened(world.os.lockFile(path, '4711\n'));
      assert.equal(world.readText(path), '4711\n');
      assert.deepEqual(world.look(path)?.mode, 0o644);
    },
  },
  {
    name: 'while it is locked another lock is EAGAIN, and changes nothing',
    run: (world) => {
      const path = world.path('held.pid');
      opened(world.os.lockFile(path, '4711\n'));
      const before = world.descriptorCount();
      assert.deepEqual(world.os.lockFile(path, '1\n'), { ok: false, errno: 'EAGAIN' });
      assert.equal(world.readText(path), '4711\n');
      assert.equal(world.descriptorCount(), before);
    },
  },
  {
    name: 'closed, it can be locked anew, and a longer text is gone; the file stays',
    run: (world) => {
      const path = world.path('again.pid');
      world.os.close(opened(world.os.lockFile(path, '4711\n')).fd);
      assert.equal(world.look(path)?.kind, 'file');
      opened(world.os.lockFile(path, '1\n'));
      assert.equal(world.readText(path), '1\n');
    },
  },
  {
    name: 'a child does not inherit the lock',
    run: (world) => {
      const path = world.path('child.pid');
      const { fd } = opened(world.os.lockFile(path, '4711\n'));
      start(world, 'sleeper');
      world.os.close(fd);
      // The kernel tells the parent of an exec before it closes what is closed by it.
      waitUntil(world, 'the lock', () => world.os.lockFile(path, '4712\n').ok);
    },
  },
  {
    name: 'a directory, or a path without one, is an error',
    run: (world) => {
      const path = world.path('directory');
      world.makeDirectory(path);
      assert.deepEqual(world.os.lockFile(path, 'x'), { ok: false, errno: 'EISDIR' });
      assert.deepEqual(world.os.lockFile(world.path('missing/x'), 'x'), { ok: false, errno: 'ENOENT' });
    },
  },
  {
    name: 'a symbolic link is not followed',
    run: (world) => {
      const [link, target] = [world.path('link.pid'), world.path('target')];
      world.makeFile(target);
      const before = world.readText(target);
      world.makeLink(link, target);
      assert.deepEqual(world.os.lockFile(link, '4711\n'), { ok: false, errno: 'ELOOP' });
      assert.equal(world.readText(target), before);
    },
  },
];
