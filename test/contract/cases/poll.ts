// poll(2): readiness, time-outs, interruptions, the wake fd.

import assert from 'node:assert/strict';
import { bytes, type Case, opened, PATIENCE_MS } from '../world.ts';

export const pollCases: readonly Case[] = [
  {
    name: 'poll tells the readable fds in the order of the poll set',
    run: (world) => {
      const pipes = [0, 1, 2].map(() => opened(world.os.openChannel()));
      const [first, second, third] = pipes.map((pipe) => pipe.read) as [number, number, number];
      for (const pipe of [pipes[2], pipes[0]]) world.write(pipe?.write as number, bytes('x'));
      assert.deepEqual(world.os.poll([third, second, first], 0), { kind: 'ready', fds: [third, first] });
      assert.deepEqual(world.os.poll([first, second, third], 0), { kind: 'ready', fds: [first, third] });
    },
  },
  {
    name: 'poll with time-out 0 does not wait',
    run: ({ os }) => {
      const began = os.now();
      assert.deepEqual(os.poll([os.wakeFd, os.epollFd], 0), { kind: 'timeout' });
      assert.ok(os.now() - began < 1000);
    },
  },
  {
    name: 'a time-out is rounded up to whole milliseconds and waited for in full',
    run: ({ os }) => {
      for (const timeoutMs of [0.2, 1, 20.5]) {
        const began = os.now();
        assert.deepEqual(os.poll([os.wakeFd], timeoutMs), { kind: 'timeout' });
        assert.ok(os.now() - began >= Math.ceil(timeoutMs) - 0.1, `${os.now() - began} of ${timeoutMs}`);
      }
    },
  },
  {
    name: 'Infinity waits until something is readable',
    run: (world) => {
      world.wake();
      const { os } = world;
      assert.deepEqual(os.poll([os.wakeFd], Number.POSITIVE_INFINITY), { kind: 'ready', fds: [os.wakeFd] });
    },
  },
  {
    name: 'the wake fd is readable after a wake, and no longer after clearWake',
    run: (world) => {
      const { os } = world;
      world.wake();
      world.wake();
      assert.equal(os.poll([os.wakeFd], PATIENCE_MS).kind, 'ready');
      os.clearWake();
      assert.equal(os.poll([os.wakeFd], 0).kind, 'timeout');
      os.clearWake();
      assert.equal(os.poll([os.wakeFd], 0).kind, 'timeout');
    },
  },
  {
    name: 'an fd at its end is readable',
    run: (world) => {
      const pipe = opened(world.os.openOutput());
      assert.equal(world.os.poll([pipe.read], 0).kind, 'timeout');
      world.os.close(pipe.write);
      assert.deepEqual(world.os.poll([pipe.read], 0), { kind: 'ready', fds: [pipe.read] });
      assert.deepEqual(world.os.read(pipe.read, 10), { kind: 'end' });
    },
  },
  {
    name: 'a signal interrupts a waiting poll, and the next poll works',
    run: (world) => {
      const signals = world.interrupt();
      const outcome = world.os.poll([world.os.wakeFd], PATIENCE_MS);
      signals.stop();
      assert.deepEqual(outcome, { kind: 'interrupted' });
      world.wake();
      let next = world.os.poll([world.os.wakeFd], PATIENCE_MS);
      while (next.kind === 'interrupted') next = world.os.poll([world.os.wakeFd], PATIENCE_MS);
      assert.deepEqual(next, { kind: 'ready', fds: [world.os.wakeFd] });
    },
  },
  {
    name: 'a closed fd in the poll set is our contradiction',
    run: (world) => {
      const pipe = opened(world.os.openOutput());
      world.os.close(pipe.read);
      world.os.close(pipe.write);
      assert.throws(() => world.os.poll([world.os.wakeFd, pipe.read], 0), { name: 'Contradiction' });
    },
  },
  {
    name: 'a poll set may be larger than any before it',
    run: (world) => {
      const pipes = Array.from({ length: 150 }, () => opened(world.os.openChannel()));
      const set = pipes.map((pipe) => pipe.read);
      const last = pipes[149];
      world.write(last?.write as number, bytes('x'));
      assert.deepEqual(world.os.poll(set, 0), { kind: 'ready', fds: [last?.read] });
    },
  },
];
