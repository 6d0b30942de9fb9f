// Protocol `inetd`: the master accepts and hands the connection over, one process each. No accepted client is lost.

import { strict as assert } from 'node:assert';
import { service } from './support/specs.ts';
import { story } from './support/story.ts';

const INETD = service({ protocol: 'inetd' });

story(
  'a client becomes a process, with the connection as stdin and stdout',
  { services: [INETD] },
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.turn();
    const { descriptors } = world.process().request;
    assert.deepEqual(descriptors.slice(0, 2), [world.os.accepted[0], world.os.accepted[0]]);
    assert.equal(descriptors.length, 3);
    assert.deepEqual(world.counts(), { starting: 0, ready: 0, busy: 1, draining: 0, active: 1 });
    assert.equal(world.service().view[13], 1, 'connections');
    assert.equal(world.process().variable('CYRUS_SERVICE'), undefined);
  },
);

story('a burst of clients is handed over turn by turn, all of it', { services: [INETD] }, (world) => {
  world.turn();
  world.listener().queue = 100;
  world.run(10);
  assert.equal(world.counts().busy, 100);
  assert.equal(world.listener().queue, 0);
});

story(
  'maxchild bounds the processes; the next client waits in the queue',
  {
    services: [service({ protocol: 'inetd', maxchild: 2 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 3;
    world.run(2_000);
    assert.equal(world.counts().active, 2);
    assert.equal(world.listener().queue, 1);
    world.process(0).exit(0);
    world.turn();
    assert.equal(world.listener().queue, 0);
    assert.equal(world.counts().active, 2);
  },
);

story('fork fails: the accepted connection is kept and served later', { services: [INETD] }, (world) => {
  world.turn();
  world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
  world.listener().queue = 1;
  world.run(50);
  assert.equal(world.listener().queue, 0);
  assert.equal(world.os.accepted.length, 1);
  world.run(1_000);
  assert.equal(world.os.accepted.length, 1, 'no further one is accepted');
  world.os.spawnError = () => undefined;
  world.run(1_000);
  assert.equal(world.process().request.descriptors[0], world.os.accepted[0]);
});

story('a kept connection is closed when the service goes', { services: [INETD] }, (world) => {
  world.turn();
  world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
  world.listener().queue = 1;
  world.run(50);
  world.ask({ kind: 'reload', spec: { ...world.master.spec, services: [] } });
  assert.equal(world.master.services.length, 0);
});

story(
  'accept fails for want of descriptors: the loop rests and tries again',
  { services: [INETD] },
  (world) => {
    world.turn();
    Object.assign(world.listener(), { queue: 1, acceptErrno: 'EMFILE' });
    world.run(1_000);
    assert.ok(world.told('spawn-failed').length <= 11);
    world.listener().acceptErrno = undefined;
    world.run(200);
    assert.equal(world.counts().busy, 1);
  },
);

story(
  'the queue says that somebody waits, and accept finds nobody: no spin',
  { services: [INETD] },
  (world) => {
    world.turn();
    world.os.accept = () => ({ kind: 'empty' });
    world.listener().queue = 1;
    world.run(2_000);
    assert.equal(world.counts().active, 0);
  },
);

story(
  'a program that does not exist: the client waits for the probe, and is served when it is there',
  {
    services: [INETD],
  },
  (world) => {
    world.turn();
    world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
    world.listener().queue = 3;
    world.run(5_000);
    assert.ok(world.told('spawn-failed').length <= 4);
    world.os.spawnError = () => undefined;
    world.run(10_000);
    assert.equal(world.counts().busy, 3);
  },
);

story('a removed inetd service lets its processes go on', { services: [INETD] }, (world) => {
  world.turn();
  world.listener().queue = 1;
  world.turn();
  const child = world.process();
  world.ask({ kind: 'reload', spec: { ...world.master.spec, services: [] } });
  world.run(120_000);
  assert.deepEqual(child.signals, []);
  child.exit(1);
  world.run(1_000);
  assert.equal(world.master.services.length, 0);
});
