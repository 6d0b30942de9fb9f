// Status channels and output pipes: who blocks, who sees the end, and when.

import assert from 'node:assert/strict';
import { bytes, type Case, collect, opened, PATIENCE_MS, readAll, start, waitUntil } from '../world.ts';

export const channelCases: readonly Case[] = [
  {
    name: 'what a worker writes to its channel is read by the master, after its death too',
    run: (world) => {
      const channel = opened(world.os.openChannel());
      const child = start(world, 'writes-to-channel', {
        descriptors: ['null', 'null', 'null', channel.write],
      });
      world.os.close(channel.write);
      assert.deepEqual(collect(world, child), { kind: 'exited', code: 0 });
      assert.deepEqual(readAll(world, channel.read), { text: 'message!', ended: true });
    },
  },
  {
    name: 'an empty channel reads as empty, never waits',
    run: (world) => {
      const channel = opened(world.os.openChannel());
      assert.deepEqual(world.os.read(channel.read, 8), { kind: 'empty' });
    },
  },
  {
    name: 'parts of messages are read as they come, at most as many bytes as asked for',
    run: (world) => {
      const channel = opened(world.os.openChannel());
      world.write(channel.write, bytes('abc'));
      assert.deepEqual(world.os.read(channel.read, 8), { kind: 'data', bytes: bytes('abc') });
      world.write(channel.write, bytes('defgh'));
      world.write(channel.write, bytes('ijkl'));
      assert.deepEqual(world.os.read(channel.read, 8), { kind: 'data', bytes: bytes('defghijk') });
      assert.deepEqual(world.os.read(channel.read, 8), { kind: 'data', bytes: bytes('l') });
    },
  },
  {
    name: 'bytes that were read stay as they are when more is read',
    run: (world) => {
      const channel = opened(world.os.openChannel());
      world.write(channel.write, bytes('first'));
      const first = world.os.read(channel.read, 8);
      world.write(channel.write, bytes('other'));
      world.os.read(channel.read, 8);
      assert.deepEqual(first, { kind: 'data', bytes: bytes('first') });
    },
  },
  {
    name: 'a full channel refuses its writer with EAGAIN and never blocks it',
    run: (world) => {
      const channel = opened(world.os.openChannel());
      assert.equal(fill(world, channel.write), 'EAGAIN');
      world.os.read(channel.read, 65_536);
      assert.equal(world.write(channel.write, bytes('12345678')), 8);
    },
  },
  {
    name: 'a writer survives the death of the reader: never EPIPE',
    run: (world) => {
      const channel = opened(world.os.openChannel());
      world.os.close(channel.read);
      assert.equal(world.write(channel.write, bytes('12345678')), 8);
      assert.equal(fill(world, channel.write), 'EAGAIN');
    },
  },
  {
    name: 'a channel ends when its last holder is gone, not before',
    run: (world) => {
      const { os } = world;
      const channel = opened(os.openChannel());
      const descriptors = ['null', 'null', 'null', channel.write] as const;
      const [first, second] = [
        start(world, 'sleeper', { descriptors }),
        start(world, 'sleeper', { descriptors }),
      ];
      os.close(channel.write);
      os.signal(first.pidfd, 'SIGKILL');
      collect(world, first);
      assert.deepEqual(os.read(channel.read, 8), { kind: 'empty' });
      os.signal(second.pidfd, 'SIGKILL');
      assert.equal(os.poll([channel.read], PATIENCE_MS).kind, 'ready');
      assert.deepEqual(os.read(channel.read, 8), { kind: 'end' });
    },
  },
  {
    name: 'a grandchild that holds the channel keeps it open after the worker is dead',
    run: (world) => {
      const { os } = world;
      const channel = opened(os.openChannel());
      const child = start(world, 'leaves-a-child', { descriptors: ['null', 'null', 'null', channel.write] });
      os.close(channel.write);
      assert.equal(os.poll([child.pidfd], PATIENCE_MS).kind, 'ready');
      assert.deepEqual(os.read(channel.read, 8), { kind: 'empty' });
      // The dead leader is unreaped, so its group is still its own, and may be ended.
      assert.equal(os.signalGroup(child.pid, 'SIGKILL'), 'sent');
      waitUntil(world, 'the end of the channel', () => os.read(channel.read, 8).kind === 'end');
    },
  },
  {
    name: 'one full channel leaves another alone',
    run: (world) => {
      const [one, other] = [opened(world.os.openChannel()), opened(world.os.openChannel())];
      fill(world, one.write);
      assert.equal(world.write(other.write, bytes('12345678')), 8);
    },
  },
  {
    name: 'an output is read without waiting, and ends with its writer',
    run: (world) => {
      const output = opened(world.os.openOutput());
      assert.deepEqual(world.os.read(output.read, 8), { kind: 'empty' });
      world.write(output.write, bytes('line\n'));
      assert.deepEqual(readAll(world, output.read), { text: 'line\n', ended: false });
      world.os.close(output.write);
      assert.deepEqual(world.os.read(output.read, 8), { kind: 'end' });
    },
  },
  {
    name: 'an fd closed twice, or read after it was closed, is our contradiction',
    run: (world) => {
      const output = opened(world.os.openOutput());
      world.os.close(output.read);
      assert.throws(() => world.os.close(output.read), { name: 'Contradiction' });
      assert.throws(() => world.os.read(output.read, 1), { name: 'Contradiction' });
    },
  },
];

/** Writes until it is refused; the errno. */
function fill(world: Parameters<Case['run']>[0], fd: number): string {
  for (let i = 0; i < 100_000; i++) {
    const written = world.write(fd, bytes('x'.repeat(64)));
    if (typeof written === 'string') return written;
  }
  return 'never full';
}
