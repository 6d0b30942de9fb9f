// Sockets that cannot be had, and sockets that are taken away: what the administrator is told, and that it mends itself.

import { strict as assert } from 'node:assert';
import { service } from './support/specs.ts';
import { story } from './support/story.ts';

story(
  'an address that is taken is tried again every 10 s, and told once',
  { services: [service({ prefork: 2 })] },
  (world) => {
    world.os.listenErrno = () => 'EADDRINUSE';
    world.run(35_000);
    assert.equal(world.told('listen-failed').length, 1);
    assert.equal(world.told('service-unbound').length, 1);
    assert.equal(world.counts().active, 0);
    world.os.listenErrno = () => undefined;
    world.run(10_500);
    assert.equal(world.told('listening').length, 1);
    assert.equal(world.counts().ready, 2);
  },
);

story(
  'another reason is told, and a reload tells the old one anew',
  { services: [service({ prefork: 1 })] },
  (world) => {
    world.os.listenErrno = () => 'EADDRINUSE';
    world.run(5_000);
    world.os.listenErrno = () => 'EACCES';
    world.run(20_000);
    assert.deepEqual(
      world.told('listen-failed').map(({ errno }) => errno),
      ['EADDRINUSE', 'EACCES'],
    );
    world.ask({ kind: 'reload', spec: world.master.spec });
    assert.equal(world.told('listen-failed').length, 3);
  },
);

story(
  'one that cannot be opened anew stays shut, though workers listen on it again, until it can',
  { services: [service({ prefork: 1 })] },
  (world) => {
    world.run(100);
    const before = world.listener();
    world.os.listenErrno = () => 'EADDRINUSE';
    Object.assign(before, { queueErrno: 'EINVAL', hungUp: true });
    world.run(5_000);
    assert.deepEqual(world.os.listeners, [before], 'kept');
    const times = before.refused;
    world.run(3_000);
    assert.ok(before.refused > times, 'shut again and again');
    world.os.listenErrno = () => undefined;
    world.run(5_000);
    assert.equal(world.os.listeners.length, 1);
    assert.notEqual(world.listener().fd, before.fd);
    assert.equal(world.listener().refused, 0);
  },
);

story(
  'a socket that a worker has shut down is opened anew; idle workers are replaced, a busy one finishes',
  { services: [service({ prefork: 2 })] },
  (world) => {
    world.run(100);
    const [idle, busy] = world.processes();
    assert.ok(idle && busy);
    for (const process of [idle, busy]) process.say('available');
    busy.takeClient();
    world.turn();
    const before = world.listener();
    before.queueErrno = 'EINVAL';
    before.hungUp = true;
    world.run(2_000);
    const after = world.listener();
    assert.notEqual(after.fd, before.fd);
    assert.equal(before.refused, 1);
    assert.equal(world.told('listener-shut').length, 1);
    assert.deepEqual([idle.signals, busy.signals], [['SIGHUP'], ['SIGHUP']]);
    assert.equal(world.counts().ready, 2, 'two new ones take the places');
    busy.say('available');
    for (const process of [idle, busy]) process.exit(0);
    world.run(100);
    assert.equal(world.service().breaker.kind, 'closed');
  },
);
