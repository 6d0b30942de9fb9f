// Protocol `systemd`: READY=1 and its limit, STOPPING=1, STATUS=, the watchdog, and a worker that cannot say busy:
// it is believed to be ready only while the queue stays empty.

import { strict as assert } from 'node:assert';
import { service } from './support/specs.ts';
import { story } from './support/story.ts';

story(
  'the child finds socket, name and notify path in its environment, and the socket at fd 3',
  {
    services: [service({ protocol: 'systemd', prefork: 1, watchdogMs: 2_000 })],
  },
  (world) => {
    world.turn();
    const child = world.process();
    assert.equal(child.variable('LISTEN_FDS'), '1');
    assert.equal(child.variable('LISTEN_FDNAMES'), 'imap');
    assert.equal(child.variable('WATCHDOG_USEC'), '2000000');
    assert.match(child.variable('NOTIFY_SOCKET') ?? '', /^\/run\/notify-/);
    assert.equal(child.variable('CYRUS_SERVICE'), undefined);
    assert.equal(child.request.descriptors[3], world.listener().fd);
    assert.equal(child.request.descriptors.length, 4);
  },
);

story(
  'READY=1 makes it ready and measures its start-up time',
  {
    services: [service({ protocol: 'systemd', prefork: 1 })],
  },
  (world) => {
    world.run(700);
    assert.equal(world.counts().starting, 1, 'silence is no sign here');
    world.process().notify('READY=1\nSTATUS=listening');
    world.turn();
    assert.equal(world.counts().starting, 0);
    assert.deepEqual(
      world.told('worker-ready').map(({ startupMs, presumed }) => ({ startupMs, presumed })),
      [{ startupMs: 700, presumed: false }],
    );
    assert.equal(world.told('worker-status')[0]?.text, 'listening');
    world.process().notify('STATUS=listening');
    world.turn();
    assert.equal(world.told('worker-status').length, 1, 'told when it changes');
  },
);

story(
  'without READY=1 it is killed at its start limit, which is a failure',
  {
    services: [service({ protocol: 'systemd', prefork: 1, startlimitMs: 3_000 })],
  },
  (world) => {
    world.run(3_100);
    assert.equal(world.told('exited')[0]?.reason, 'start-limit');
    const { breaker } = world.service();
    assert.ok(breaker.kind === 'closed' && breaker.failures === 1);
  },
);

story(
  'STOPPING=1: it does not count as ready any more, and has its stop limit to end',
  {
    services: [service({ protocol: 'systemd', prefork: 1, stoplimitMs: 3_000 })],
  },
  (world) => {
    world.turn();
    const worker = world.process();
    worker.notify('READY=1');
    world.turn();
    worker.notify('STOPPING=1');
    world.turn();
    assert.equal(world.counts().draining, 1);
    assert.equal(world.counts().starting, 1, 'it is replaced at once');
    world.run(2_900);
    assert.equal(worker.alive, true);
    worker.notify('STOPPING=1');
    world.run(200);
    assert.equal(worker.alive, false);
    assert.equal(world.told('exited')[0]?.reason, 'stop-limit');
  },
);

story(
  'WATCHDOG=1 keeps it alive; silence ends it by SIGABRT',
  {
    services: [service({ protocol: 'systemd', prefork: 1, watchdogMs: 2_000, startlimitMs: 1_000 })],
  },
  (world) => {
    world.turn();
    const worker = world.process();
    worker.notify('READY=1');
    for (let beat = 1; beat <= 10; beat += 1) world.os.after(beat * 1_000, () => worker.notify('WATCHDOG=1'));
    world.run(11_900);
    assert.deepEqual(worker.signals, []);
    world.run(200);
    assert.deepEqual(worker.signals, ['SIGABRT', 'SIGTERM']);
    worker.die('SIGABRT');
    world.turn();
    assert.equal(world.told('exited')[0]?.reason, 'watchdog');
  },
);

story(
  'the watchdog begins with READY=1, and not when the start limit would have been over',
  {
    services: [service({ protocol: 'systemd', prefork: 1, watchdogMs: 2_000, startlimitMs: 60_000 })],
  },
  (world) => {
    world.run(5_000);
    const worker = world.process();
    assert.deepEqual(worker.signals, []);
    worker.notify('READY=1');
    world.run(1_900);
    assert.deepEqual(worker.signals, []);
    world.run(200);
    assert.deepEqual(worker.signals, ['SIGABRT', 'SIGTERM']);
  },
);

story(
  'a queue that lasts: the ready worker is not believed, and another is started',
  {
    services: [service({ protocol: 'systemd', prefork: 1 })],
  },
  (world) => {
    world.turn();
    world.process().notify('READY=1');
    world.run(3_000);
    world.listener().queue = 1;
    world.turn();
    const before = world.counts().active;
    for (const process of world.processes()) process.notify('READY=1');
    world.run(500);
    assert.ok(world.counts().active > before);
  },
);

story(
  'with more ready workers than prefork, too, a client who is not taken is seen at once',
  {
    services: [service({ protocol: 'systemd', prefork: 1 })],
  },
  (world) => {
    world.os.onSpawn = (process) => world.os.after(50, () => process.notify('READY=1'));
    world.run(3_000);
    world.listener().queue = 1;
    world.turn();
    world.listener().queue = 0;
    world.run(5_250);
    assert.equal(world.counts().ready, 2);
    // Both are at work, as far as anybody knows.
    world.listener().queue = 1;
    world.run(150);
    assert.equal(world.counts().active, 4, 'one for him, one for prefork');
  },
);

story(
  'a queue that moves: ready workers are believed',
  {
    services: [service({ protocol: 'systemd', prefork: 2 })],
  },
  (world) => {
    world.turn();
    for (const process of world.processes()) process.notify('READY=1');
    world.run(1_000);
    for (let client = 0; client < 20; client += 1) {
      world.os.after(client * 100, () => {
        world.listener().queue = 1;
      });
      world.os.after(client * 100 + 5, () => {
        world.listener().queue = 0;
      });
    }
    world.run(3_000);
    assert.ok(world.counts().active <= 3);
  },
);

story(
  'STATUS= of a thread that still talks is no sign of life: only WATCHDOG=1 is',
  { services: [service({ protocol: 'systemd', prefork: 1, watchdogMs: 2_000, stoplimitMs: 1_000 })] },
  (world) => {
    world.run(100);
    const hung = world.process();
    hung.notify('READY=1');
    for (let seconds = 0; seconds < 4; seconds += 1) {
      world.run(1_000);
      hung.notify('STATUS=fine');
      hung.notify('');
    }
    world.turn();
    assert.ok(hung.signals.includes('SIGABRT'));
  },
);
