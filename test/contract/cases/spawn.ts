// spawn: what a child finds, and what is said when there is none.

import assert from 'node:assert/strict';
import {
  type Case,
  collect,
  NO_STDIO,
  opened,
  type ProgramName,
  readAll,
  start,
  type World,
} from '../world.ts';

const EXEC_ERRORS: readonly (readonly [ProgramName, string])[] = [
  ['missing', 'ENOENT'],
  ['not-executable', 'EACCES'],
  ['no-format', 'ENOEXEC'],
  ['below-a-file', 'ENOTDIR'],
];

export const spawnCases: readonly Case[] = [
  {
    name: 'a child gets the given descriptors at their positions and nothing else',
    run: (world) => {
      const { os } = world;
      const [channel, output] = [opened(os.openChannel()), opened(os.openOutput())];
      const listener = opened(
        os.listen(
          { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 },
          { backlog: 5, name: 'x' },
        ),
      );
      const child = start(world, 'sleeper', {
        descriptors: ['null', output.write, output.write, channel.write, listener.fd],
      });
      const { descriptors } = world.view(child.pid);
      assert.deepEqual(Object.keys(descriptors), ['0', '1', '2', '3', '4']);
      assert.equal(descriptors[0], '/dev/null');
      assert.equal(descriptors[1], world.describe(output.write));
      assert.equal(descriptors[2], world.describe(output.write));
      assert.equal(descriptors[3], world.describe(channel.write));
      assert.equal(descriptors[4], world.describe(listener.fd));
      os.closeListener(listener.fd, listener.address);
    },
  },
  {
    name: 'descriptors whose numbers collide with positions all arrive',
    run: (world) => {
      const descriptors = [2, 0, 1, 1, 0, 2] as const;
      const before = world.descriptorCount();
      const child = start(world, 'sleeper', { descriptors });
      assert.equal(world.descriptorCount(), before + 1, 'one more: the pidfd');
      const expected = Object.fromEntries(descriptors.map((fd, position) => [position, world.describe(fd)]));
      assert.deepEqual(world.view(child.pid).descriptors, expected);
    },
  },
  {
    name: 'a descriptor may be given at its own number',
    run: (world) => {
      const child = start(world, 'sleeper', { descriptors: [0, 1, 2] });
      const expected = { 0: world.describe(0), 1: world.describe(1), 2: world.describe(2) };
      assert.deepEqual(world.view(child.pid).descriptors, expected);
    },
  },
  {
    name: 'more descriptors than ten arrive',
    run: (world) => {
      const pipes = Array.from({ length: 40 }, () => opened(world.os.openChannel()));
      const child = start(world, 'sleeper', { descriptors: pipes.map((pipe) => pipe.write) });
      const expected = Object.fromEntries(
        pipes.map((pipe, position) => [position, world.describe(pipe.write)]),
      );
      assert.deepEqual(world.view(child.pid).descriptors, expected);
    },
  },
  {
    name: 'a child leads its own process group, with no signal blocked or ignored',
    run: (world) => {
      const child = start(world, 'sleeper');
      const view = world.view(child.pid);
      assert.equal(view.processGroup, child.pid);
      assert.equal(view.ignoredSignals, 0n);
      assert.equal(view.blockedSignals, 0n);
    },
  },
  {
    name: 'a child starts in the given directory',
    run: (world) => {
      const directory = world.path('work here');
      world.makeDirectory(directory);
      assert.equal(world.view(start(world, 'sleeper', { cwd: directory }).pid).directory, directory);
    },
  },
  {
    name: 'a child finds exactly the given environment',
    run: (world) => {
      const output = opened(world.os.openOutput());
      const environment = ['CYRUS_ID=0', 'TEXT=ä ö = ü'];
      const descriptors = ['null', output.write, 'null'] as const;
      const child = start(world, 'tells-environment', { environment, descriptors });
      world.os.close(output.write);
      collect(world, child);
      const text = Buffer.from(readAll(world, output.read).text, 'latin1').toString();
      assert.deepEqual(text.trimEnd().split('\n'), environment);
    },
  },
  ...EXEC_ERRORS.map(([program, errno]) => ({
    name: `a program that is ${program} fails with ${errno}, at exec`,
    run: (world: World) => {
      const before = world.descriptorCount();
      const outcome = world.os.spawn({ ...world.program(program), descriptors: NO_STDIO });
      assert.deepEqual(outcome, { kind: 'failed', errno, stage: 'exec' });
      assert.equal(world.descriptorCount(), before);
      assert.deepEqual(world.children(), []);
    },
  })),
  {
    name: 'an argument too long fails with E2BIG, at exec',
    run: (world) => {
      const program = world.program('exit-0');
      const argv = [...program.argv, 'x'.repeat(300_000)];
      const outcome = world.os.spawn({ ...program, argv, descriptors: NO_STDIO });
      assert.deepEqual(outcome, { kind: 'failed', errno: 'E2BIG', stage: 'exec' });
    },
  },
  {
    name: 'a missing working directory fails with ENOENT, a file in its place with ENOTDIR',
    run: (world) => {
      const file = world.path('file');
      world.makeFile(file);
      const spawnIn = (cwd: string) =>
        world.os.spawn({ ...world.program('exit-0'), cwd, descriptors: NO_STDIO });
      assert.deepEqual(spawnIn(world.path('nowhere')), { kind: 'failed', errno: 'ENOENT', stage: 'exec' });
      assert.deepEqual(spawnIn(file), { kind: 'failed', errno: 'ENOTDIR', stage: 'exec' });
    },
  },
  {
    name: 'a closed fd given to a child is our contradiction',
    run: (world) => {
      const pipe = opened(world.os.openOutput());
      world.os.close(pipe.read);
      world.os.close(pipe.write);
      assert.throws(
        () => world.os.spawn({ ...world.program('exit-0'), descriptors: ['null', pipe.write, 'null'] }),
        { name: 'Contradiction' },
      );
    },
  },
];
