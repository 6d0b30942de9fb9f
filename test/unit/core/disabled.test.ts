// A service that Cyrus's rule has disabled: its clients are refused until a reload, and not left in a queue.

import { strict as assert } from 'node:assert';
import type { ServiceSpec } from '../../../src/core/spec.ts';
import { snapshot } from '../../../src/core/status.ts';
import { service } from './support/specs.ts';
import { story, type World } from './support/story.ts';

const cyrus = (changes: Partial<ServiceSpec> = {}) => ({
  services: [service({ failureRule: 'cyrus', ...changes })],
});

/** Its program cannot be executed: that alone is enough. */
function disable(world: World): void {
  world.turn();
  world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
  world.listener().queue = 1;
  world.run(500);
  assert.equal(world.told('service-disabled').length, 1);
}

function mend(world: World): void {
  world.os.spawnError = () => undefined;
  world.os.onSpawn = () => {};
  world.ask({ kind: 'reload', spec: world.master.spec });
}

story(
  'five failures: clients are refused from that turn on, until a reload',
  cyrus({ prefork: 1 }),
  (world) => {
    world.os.onSpawn = (process) => world.os.after(10, () => process.exit(1));
    world.turn();
    const before = world.listener();
    while (world.told('service-disabled').length === 0) {
      assert.equal(before.refused, 0);
      world.turn();
    }
    assert.ok(before.refused > 0);
    world.run(20_000);
    assert.equal(world.service().listener, undefined);
    assert.deepEqual(world.os.listeners, [before], 'kept, so that the path of a unix socket refuses');
    const [imap] = snapshot(world.master).services;
    assert.deepEqual([imap?.state, imap?.constraint, imap?.queue], ['disabled', 'disabled', 0]);
    assert.match(
      imap?.why ?? '',
      /disabled after repeated failures .*, and its clients are refused: .* reload/,
    );

    mend(world);
    assert.notEqual(world.listener().fd, before.fd);
    assert.equal(world.listener().refused, 0);
    assert.equal(world.told('listening').length, 2);
    world.run(1_000);
    assert.equal(world.counts().ready, 1);
  },
);

story('with nothing needed any more it is still told that it is disabled', cyrus(), (world) => {
  disable(world);
  assert.match(snapshot(world.master).services[0]?.why ?? '', /disabled after repeated failures/);
});

story('a worker that still lives serves on; the socket is refused when it has gone', cyrus(), (world) => {
  world.turn();
  world.listener().queue = 1;
  world.turn();
  world.listener().queue = 0;
  const survivor = world.process();
  survivor.takeClient();
  world.run(500);
  disable(world);
  assert.equal(world.listener().refused, 0);
  survivor.exit(0);
  world.turn();
  assert.ok(world.listener().refused > 0);
});

story('a worker that is told to finish is not waited for, and is shut out for good', cyrus(), (world) => {
  world.turn();
  world.listener().queue = 1;
  world.turn();
  world.listener().queue = 0;
  const leaving = world.process();
  leaving.takeClient();
  world.run(500);
  world.ask({ kind: 'reload', spec: world.master.spec });
  assert.equal(world.counts().draining, 1);
  disable(world);
  const { refused } = world.listener();
  assert.ok(refused > 0);
  world.turn();
  assert.ok(world.listener().refused > refused, 'it may call listen(2) again');
  leaving.exit(0);
  world.turn();
});

story(
  'workers of systemd, who might take it for an error, have their socket to the end',
  cyrus({ protocol: 'systemd' }),
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.turn();
    world.listener().queue = 0;
    const worker = world.process();
    worker.notify('READY=1');
    world.run(100);
    worker.notify('STOPPING=1');
    world.run(10);
    disable(world);
    assert.equal(world.listener().refused, 0);
    worker.exit(0);
    world.turn();
    assert.ok(world.listener().refused > 0);
  },
);

story(
  'a process of inetd that has its client keeps nobody from being refused',
  cyrus({ protocol: 'inetd' }),
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.turn();
    world.listener().queue = 0;
    assert.equal(world.counts().busy, 1);
    disable(world);
    assert.ok(world.listener().refused > 0);
    world.process().exit(0);
    world.turn();
  },
);

story(
  'a datagram socket, which cannot be shut down, is closed',
  cyrus({ address: { family: 'ipv4', transport: 'datagram', host: '127.0.0.1', port: 69 }, proto: 'udp' }),
  (world) => {
    disable(world);
    assert.deepEqual(world.os.listeners, []);
    mend(world);
    assert.equal(world.listener().address.transport, 'datagram');
  },
);

story('an address that could not be bound is not bound while the service is disabled', cyrus(), (world) => {
  world.turn();
  world.os.listenErrno = () => 'EADDRINUSE';
  Object.assign(world.listener(), { queueErrno: 'EINVAL', hungUp: true });
  world.run(100);
  assert.equal(world.service().binding.errno, 'EADDRINUSE');
  world.service().breaker = { kind: 'disabled', failures: 5 };
  world.os.listenErrno = () => undefined;
  world.run(30_000);
  assert.equal(world.told('listening').length, 1);
  mend(world);
  assert.equal(world.told('listening').length, 2);
});

story('removed while it is disabled, it is forgotten with its socket', cyrus(), (world) => {
  disable(world);
  world.ask({ kind: 'reload', spec: { ...world.master.spec, services: [] } });
  world.turn();
  assert.deepEqual(world.master.services, []);
  assert.deepEqual(world.os.listeners, []);
});

story(
  'whoever inetd has accepted and can hand to nobody is not kept waiting',
  cyrus({ protocol: 'inetd' }),
  (world) => {
    disable(world);
    assert.equal(world.os.accepted.length, 1);
    assert.equal(world.service().pendingConnection, undefined);
  },
);
