// The epoll instance: tags, level-triggered, nested in the poll set.

import assert from 'node:assert/strict';
import { bytes, type Case, opened, start } from '../world.ts';

export const epollCases: readonly Case[] = [
  {
    name: 'epoll gives back the tag of what is readable, up to 2^53 - 1',
    run: (world) => {
      const { os } = world;
      const tags = [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER];
      for (const tag of tags) {
        const pipe = opened(os.openChannel());
        os.epollAdd(pipe.read, tag);
        world.write(pipe.write, bytes('x'));
      }
      assert.deepEqual(
        [...os.epollReady(100)].sort((a, b) => a - b),
        tags,
      );
    },
  },
  {
    name: 'the epoll fd is readable in a poll set while one of its fds is',
    run: (world) => {
      const { os } = world;
      const pipe = opened(os.openChannel());
      os.epollAdd(pipe.read, 5);
      assert.equal(os.poll([os.epollFd], 0).kind, 'timeout');
      assert.deepEqual(os.epollReady(8), []);
      world.write(pipe.write, bytes('abc'));
      assert.deepEqual(os.poll([os.epollFd], 0), { kind: 'ready', fds: [os.epollFd] });
      // Level-triggered: told again until it is read.
      assert.deepEqual(os.epollReady(8), [5]);
      assert.deepEqual(os.epollReady(8), [5]);
      os.read(pipe.read, 100);
      assert.deepEqual(os.epollReady(8), []);
      assert.equal(os.poll([os.epollFd], 0).kind, 'timeout');
    },
  },
  {
    name: 'epoll tells the end of a pipe',
    run: (world) => {
      const pipe = opened(world.os.openChannel());
      world.os.epollAdd(pipe.read, 6);
      world.os.close(pipe.write);
      assert.deepEqual(world.os.epollReady(8), [6]);
    },
  },
  {
    name: 'epoll tells the exit of a child through its pidfd',
    run: (world) => {
      const { os } = world;
      const child = start(world, 'exit-0');
      os.epollAdd(child.pidfd, 2 ** 33 + 1);
      assert.equal(os.poll([os.epollFd], 20_000).kind, 'ready');
      assert.deepEqual(os.epollReady(8), [2 ** 33 + 1]);
      os.epollRemove(child.pidfd);
      assert.deepEqual(os.epollReady(8), []);
    },
  },
  {
    name: 'epollReady tells at most as many as asked for, and all of them in the end',
    run: (world) => {
      const { os } = world;
      const readers = new Map<number, number>();
      for (let tag = 0; tag < 200; tag++) {
        const pipe = opened(os.openChannel());
        os.epollAdd(pipe.read, tag);
        readers.set(tag, pipe.read);
        world.write(pipe.write, bytes('x'));
      }
      const seen = new Set<number>();
      while (seen.size < 200) {
        const tags = os.epollReady(150);
        assert.ok(tags.length > 0 && tags.length <= 150);
        for (const tag of tags) {
          seen.add(tag);
          os.read(readers.get(tag) as number, 10);
        }
      }
    },
  },
  {
    name: 'a removed fd is no longer told, even while a child shares it',
    run: (world) => {
      const { os } = world;
      const pipe = opened(os.openOutput());
      start(world, 'sleeper', { descriptors: [pipe.read, 'null', 'null'] });
      os.epollAdd(pipe.read, 7);
      world.write(pipe.write, bytes('x'));
      assert.deepEqual(os.epollReady(8), [7]);
      os.epollRemove(pipe.read);
      os.close(pipe.read);
      assert.deepEqual(os.epollReady(8), []);
    },
  },
  {
    name: 'an fd added twice, or removed without being there, is our contradiction',
    run: (world) => {
      const pipe = opened(world.os.openChannel());
      world.os.epollAdd(pipe.read, 1);
      assert.throws(() => world.os.epollAdd(pipe.read, 2), { name: 'Contradiction' });
      world.os.epollRemove(pipe.read);
      assert.throws(() => world.os.epollRemove(pipe.read), { name: 'Contradiction' });
      assert.throws(() => world.os.epollAdd(pipe.read, 2 ** 53), { name: 'Contradiction' });
    },
  },
];
