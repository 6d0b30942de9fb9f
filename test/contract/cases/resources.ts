// Nothing leaks, and a shortage of descriptors is told and survived.

import assert from 'node:assert/strict';
import { type Case, collect, NO_STDIO, opened, start } from '../world.ts';

const CYCLES = 3000;

export const resourceCases: readonly Case[] = [
  {
    name: `${CYCLES} children come and go without leaving a descriptor or a zombie`,
    run: (world) => {
      const { os } = world;
      const before = world.descriptorCount();
      for (let i = 0; i < CYCLES; i++) {
        const [channel, output] = [opened(os.openChannel()), opened(os.openOutput())];
        const child = start(world, 'exit-0', {
          descriptors: ['null', output.write, output.write, channel.write],
        });
        os.close(channel.write);
        os.close(output.write);
        os.epollAdd(child.pidfd, i);
        os.epollAdd(channel.read, CYCLES + i);
        os.epollRemove(channel.read);
        os.epollRemove(child.pidfd);
        assert.deepEqual(collect(world, child), { kind: 'exited', code: 0 });
        os.close(channel.read);
        os.close(output.read);
      }
      assert.deepEqual(world.children(), []);
      assert.equal(world.descriptorCount(), before);
    },
  },
  {
    name: 'listeners, notify sockets and connections come and go without leaving a descriptor',
    run: (world) => {
      const { os } = world;
      const cycle = (i: number) => {
        const path = world.path(`leak-${i}.sock`);
        const listener = opened(
          os.listen({ family: 'unix', transport: 'stream', path }, { backlog: 5, name: 'x' }),
        );
        os.queue(listener.fd, listener.address);
        const client = world.connect(listener.address);
        const connection = os.accept(listener.fd);
        if (connection.kind === 'accepted') os.close(connection.fd);
        client.close();
        os.closeListener(listener.fd, listener.address);
        const notify = opened(os.openNotify(undefined));
        os.closeNotify(notify.fd, notify.path);
      };
      cycle(0);
      const before = world.descriptorCount();
      for (let i = 1; i < 100; i++) cycle(i);
      assert.equal(world.descriptorCount(), before);
    },
  },
  {
    name: 'short of descriptors, every opening says EMFILE, no child is lost, and all is well afterwards',
    run: (world) => {
      const { os } = world;
      const tcp4 = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 } as const;
      const listener = opened(os.listen(tcp4, { backlog: 5, name: 'x' }));
      world.connect(listener.address);
      const before = world.descriptorCount();
      world.withoutDescriptors(() => {
        const refused = { ok: false, errno: 'EMFILE' };
        assert.deepEqual(os.openChannel(), refused);
        assert.deepEqual(os.openOutput(), refused);
        assert.deepEqual(os.openNotify(undefined), refused);
        assert.deepEqual(os.listen(tcp4, { backlog: 5, name: 'x' }), refused);
        assert.deepEqual(os.accept(listener.fd), { kind: 'failed', errno: 'EMFILE' });
        const spawned = os.spawn({ ...world.program('sleeper'), descriptors: NO_STDIO });
        assert.deepEqual(spawned, { kind: 'failed', errno: 'EMFILE', stage: 'fork' });
      });
      assert.deepEqual(world.children(), []);
      assert.equal(world.descriptorCount(), before);
      assert.equal(os.accept(listener.fd).kind, 'accepted');
      assert.deepEqual(collect(world, start(world, 'exit-0')), { kind: 'exited', code: 0 });
    },
  },
];
