// Children after their birth: waited for and signalled by identity, not by number.

import assert from 'node:assert/strict';
import { type Case, collect, opened, PATIENCE_MS, readAll, start, waitUntil } from '../world.ts';

export const childCases: readonly Case[] = [
  {
    name: 'a live child is running, and waiting for it does not wait',
    run: (world) => {
      const child = start(world, 'sleeper');
      assert.deepEqual(world.os.wait(child.pidfd), { kind: 'running' });
      assert.equal(world.os.poll([child.pidfd], 0).kind, 'timeout');
    },
  },
  {
    name: 'exit codes are told, 0 to 255',
    run: (world) => {
      assert.deepEqual(collect(world, start(world, 'exit-0')), { kind: 'exited', code: 0 });
      assert.deepEqual(collect(world, start(world, 'exit-3')), { kind: 'exited', code: 3 });
      assert.deepEqual(collect(world, start(world, 'exit-255')), { kind: 'exited', code: 255 });
    },
  },
  {
    name: 'a death by signal is told by name',
    run: (world) => {
      const crash = collect(world, start(world, 'dies-by-sigsegv'));
      assert.deepEqual(crash, { kind: 'killed', signal: 'SIGSEGV' });
    },
  },
  ...(['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGABRT', 'SIGUSR1'] as const).map((signal) => ({
    name: `${signal} reaches a child whose dispositions are default, and ends it`,
    run: (world: Parameters<Case['run']>[0]) => {
      const child = start(world, 'sleeper');
      assert.equal(world.os.signal(child.pidfd, signal), 'sent');
      assert.deepEqual(collect(world, child), { kind: 'killed', signal });
    },
  })),
  {
    name: 'a dead child is a zombie until it is waited for, and then gone',
    run: (world) => {
      const child = start(world, 'exit-0');
      assert.equal(world.os.poll([child.pidfd], PATIENCE_MS).kind, 'ready');
      assert.equal(world.stateOf(child.pid), 'zombie');
      assert.deepEqual(world.os.wait(child.pidfd), { kind: 'exited', code: 0 });
      assert.equal(world.stateOf(child.pid), 'gone');
    },
  },
  {
    name: 'a reaped child cannot be signalled or waited for again: the pidfd knows it, whoever has its pid',
    run: (world) => {
      const child = start(world, 'exit-0');
      world.os.poll([child.pidfd], PATIENCE_MS);
      world.os.wait(child.pidfd);
      assert.equal(world.os.signal(child.pidfd, 'SIGKILL'), 'ESRCH');
      assert.deepEqual(world.os.wait(child.pidfd), { kind: 'failed', errno: 'ECHILD' });
      world.os.close(child.pidfd);
    },
  },
  {
    name: 'waiting for one child leaves another uncollected',
    run: (world) => {
      const [one, other] = [start(world, 'exit-0'), start(world, 'exit-3')];
      waitUntil(
        world,
        'two zombies',
        () => world.stateOf(one.pid) === 'zombie' && world.stateOf(other.pid) === 'zombie',
      );
      assert.deepEqual(world.os.wait(other.pidfd), { kind: 'exited', code: 3 });
      assert.equal(world.stateOf(one.pid), 'zombie');
      assert.deepEqual(world.os.wait(one.pidfd), { kind: 'exited', code: 0 });
    },
  },
  {
    name: 'a signal to the group reaches what the child has started, and nobody else',
    run: (world) => {
      const { os } = world;
      const output = opened(os.openOutput());
      const bystander = start(world, 'sleeper');
      const child = start(world, 'leaves-a-child', { descriptors: ['null', output.write, 'null'] });
      os.close(output.write);
      assert.equal(os.poll([child.pidfd], PATIENCE_MS).kind, 'ready');
      assert.equal(readAll(world, output.read).ended, false);
      assert.equal(os.signalGroup(child.pid, 'SIGTERM'), 'sent');
      waitUntil(world, 'the end of the grandchild', () => readAll(world, output.read).ended);
      assert.deepEqual(os.wait(bystander.pidfd), { kind: 'running' });
    },
  },
  {
    name: 'a group that is gone cannot be signalled; our own group never is',
    run: (world) => {
      const child = start(world, 'exit-0');
      collect(world, child);
      assert.equal(world.os.signalGroup(child.pid, 'SIGCONT'), 'ESRCH');
      assert.throws(() => world.os.signalGroup(0, 'SIGCONT'), { name: 'Contradiction' });
      assert.throws(() => world.os.signalGroup(1, 'SIGCONT'), { name: 'Contradiction' });
    },
  },
  {
    name: 'who lives in a group is told while its leader is a zombie, and afterwards; a signal by pidfd ends him',
    run: (world) => {
      const { os } = world;
      const child = start(world, 'leaves-a-child');
      const bystander = start(world, 'sleeper');
      assert.equal(os.poll([child.pidfd], PATIENCE_MS).kind, 'ready');
      const [left, ...others] = os.groupMembers(child.pid);
      assert.ok(left);
      assert.deepEqual(others, []);
      assert.ok(left.pid !== child.pid && left.pid !== bystander.pid);
      assert.equal(os.poll([left.pidfd], 0).kind, 'timeout');
      collect(world, child);
      assert.deepEqual(
        os.groupMembers(child.pid).map(({ pid }) => pid),
        [left.pid],
      );
      assert.equal(os.signal(left.pidfd, 'SIGTERM'), 'sent');
      assert.equal(os.poll([left.pidfd], PATIENCE_MS).kind, 'ready');
      waitUntil(world, 'an empty group', () => os.groupMembers(child.pid).length === 0);
      assert.deepEqual(os.wait(bystander.pidfd), { kind: 'running' });
    },
  },
  {
    name: 'nobody lives in the group of a zombie that has left nobody, and who cannot be had for want of descriptors is left out',
    run: (world) => {
      const { os } = world;
      const alone = start(world, 'exit-0');
      assert.equal(os.poll([alone.pidfd], PATIENCE_MS).kind, 'ready');
      assert.deepEqual(os.groupMembers(alone.pid), []);
      const sleeper = start(world, 'sleeper');
      world.withoutDescriptors(() => assert.deepEqual(os.groupMembers(sleeper.pid), []));
      assert.deepEqual(
        os.groupMembers(sleeper.pid).map(({ pid }) => pid),
        [sleeper.pid],
      );
    },
  },
];
