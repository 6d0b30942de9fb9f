// How workers are asked to finish and what happens to those that don't: the gentle SIGHUP and when it may be sent,
// SIGTERM, stop limits, maxuse, idlekill, maxchild lowered, time and start limits.

import { strict as assert } from 'node:assert';
import type { FakeProcess } from './support/fake-process.ts';
import { event, service } from './support/specs.ts';
import { story, type World } from './support/story.ts';

/** The first worker, busy with a client; nobody else. */
function oneBusy(world: World): FakeProcess {
  world.turn();
  world.listener().queue = 1;
  world.turn();
  world.listener().queue = 0;
  const worker = world.process();
  worker.takeClient();
  world.turn();
  return worker;
}

story(
  'SIGHUP is held back from a silent worker until its start-up time is over',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(20);
    const worker = world.process();
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    assert.equal(world.counts().draining, 1);
    world.run(4_900);
    assert.deepEqual(worker.signals, []);
    world.run(100);
    assert.deepEqual(worker.signals, ['SIGHUP']);
  },
);

story(
  'a silent worker is presumed to be up long before it is trusted to survive a signal; its stop limit begins with it',
  {
    services: [service({ prefork: 1, stoplimitMs: 2_000 })],
  },
  (world) => {
    world.run(1_000);
    assert.equal(world.counts().starting, 0);
    const worker = world.process();
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    world.run(3_900);
    assert.deepEqual(worker.signals, []);
    world.run(200);
    assert.deepEqual(worker.signals, ['SIGHUP']);
    world.run(1_800);
    assert.equal(worker.alive, true);
    world.run(200);
    assert.equal(worker.alive, false);
  },
);

story(
  'where workers are known to speak when they are up, SIGHUP waits for the word of a slow one, up to its start limit',
  {
    services: [service({ prefork: 2, startlimitMs: 20_000 })],
  },
  (world) => {
    world.turn();
    const [quick, slow] = [world.process(0), world.process(1)];
    quick.say('available');
    world.ask({ kind: 'retire', serial: 2, why: 'test' });
    world.run(15_000);
    assert.deepEqual(slow.signals, []);
    slow.say('available');
    world.turn();
    assert.deepEqual(slow.signals, ['SIGHUP']);
  },
);

story(
  'SIGHUP is held back no longer than until the first word',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(20);
    const worker = world.process();
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    worker.takeClient();
    world.turn();
    assert.deepEqual(worker.signals, ['SIGHUP']);
  },
);

story(
  'an idle worker that ignores SIGHUP is killed at its stop limit',
  {
    services: [service({ prefork: 1, stoplimitMs: 4_000 })],
  },
  (world) => {
    world.run(5_000);
    const worker = world.process();
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    world.run(3_900);
    assert.equal(worker.alive, true);
    world.run(200);
    assert.deepEqual(worker.signals, ['SIGHUP', 'SIGKILL']);
    assert.equal(world.told('exited')[0]?.reason, 'stop-limit');
  },
);

story(
  'a busy worker told by SIGHUP is left to finish its client',
  {
    services: [service({ stoplimitMs: 1_000 })],
  },
  (world) => {
    const worker = oneBusy(world);
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    world.run(60_000);
    assert.deepEqual(worker.signals, ['SIGHUP']);
    assert.equal(worker.alive, true);
  },
);

story(
  'a told worker that finishes its client and stays is killed a stop limit later',
  {
    services: [service({ stoplimitMs: 1_000 })],
  },
  (world) => {
    const worker = oneBusy(world);
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    world.run(60_000);
    worker.say('available');
    world.run(900);
    assert.equal(worker.alive, true);
    world.run(200);
    assert.equal(worker.alive, false);
  },
);

story(
  'a client taken in the moment of the SIGHUP is served to its end',
  {
    services: [service({ prefork: 1, stoplimitMs: 1_000 })],
  },
  (world) => {
    world.run(2_000);
    const worker = world.process();
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    worker.takeClient();
    world.run(30_000);
    assert.equal(worker.alive, true);
  },
);

story(
  'SIGTERM, and SIGKILL a stop limit later, for protocols without SIGHUP',
  {
    services: [service({ protocol: 'systemd', prefork: 1, stoplimitMs: 2_000 })],
  },
  (world) => {
    world.turn();
    const worker = world.process();
    worker.notify('READY=1');
    world.turn();
    world.ask({ kind: 'retire', serial: 1, why: 'over maxrss' });
    assert.deepEqual(worker.signals, ['SIGTERM']);
    world.run(2_100);
    assert.equal(worker.alive, false);
  },
);

story(
  'maxuse: a worker that has served so many connections is sent home when it is idle',
  {
    services: [service({ maxuse: 2 })],
  },
  (world) => {
    const worker = oneBusy(world);
    worker.say('available');
    world.turn();
    assert.deepEqual(worker.signals, []);
    worker.takeClient();
    world.turn();
    assert.deepEqual(worker.signals, [], 'not while it serves the second');
    worker.say('available');
    world.turn();
    assert.deepEqual(worker.signals, ['SIGHUP']);
  },
);

story(
  'idlekill: what was not needed for a whole interval goes, down to prefork, the longest idle first',
  {
    services: [service({ prefork: 2, idlekillMs: 10_000 })],
  },
  (world) => {
    world.run(1_000);
    world.listener().queue = 5;
    world.turn();
    world.listener().queue = 0;
    world.run(2_000);
    assert.equal(world.counts().ready, 7);
    world.run(20_000);
    const told = world.os.processes.filter(({ signals }) => signals.includes('SIGHUP'));
    assert.equal(told.length, 5);
    assert.deepEqual(told.slice(0, 2), world.os.processes.slice(0, 2));
    assert.equal(world.counts().ready, 2);
  },
);

story(
  'idlekill: one busy moment in the interval saves those it needed',
  {
    services: [service({ idlekillMs: 10_000 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 3;
    world.turn();
    world.listener().queue = 0;
    world.run(10_500);
    for (const process of world.processes()) process.takeClient();
    world.run(1_000);
    for (const process of world.processes()) process.say('available');
    world.run(9_500);
    assert.equal(world.counts().ready, 3);
    world.run(10_000);
    assert.equal(world.counts().ready, 0);
  },
);

story(
  'a lowered maxchild sends idle workers home at once and busy ones after their client',
  {
    services: [service({ prefork: 4 })],
  },
  (world) => {
    world.run(1_000);
    for (const process of world.processes().slice(0, 3)) process.takeClient();
    world.run(1_000);
    world.ask({ kind: 'scale', service: 'imap', prefork: 0, maxchild: 2 });
    assert.deepEqual(world.counts(), { starting: 0, ready: 0, busy: 3, draining: 4, active: 7 });
    world.process(0).say('available');
    world.turn();
    assert.equal(world.counts().busy, 2);
    assert.equal(world.counts().draining, 5);
  },
);

story(
  'an event at its time limit is ended: SIGTERM, then SIGKILL',
  {
    events: [event({ limitMs: 5_000, stoplimitMs: 1_000 })],
  },
  (world) => {
    world.run(4_900);
    const run = world.process(0, '/bin/event');
    assert.deepEqual(run.signals, []);
    world.run(200);
    assert.deepEqual(run.signals, ['SIGTERM']);
    world.run(1_000);
    assert.equal(run.alive, false);
    assert.equal(world.told('exited')[0]?.reason, 'time-limit');
  },
);

story(
  'a worker that takes nobody while clients are queued for the whole start limit is killed',
  {
    services: [service({ startlimitMs: 5_000 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.turn();
    const worker = world.process();
    world.run(4_500);
    assert.equal(worker.alive, true);
    world.run(1_000);
    assert.equal(worker.alive, false);
    assert.equal(world.told('exited')[0]?.reason, 'start-limit');
    assert.equal(world.counts().active, 1, 'and replaced');
  },
);

story(
  'a silent idle worker is not taken for hung while nobody waits',
  {
    services: [service({ prefork: 1, startlimitMs: 5_000 })],
  },
  (world) => {
    world.run(60_000);
    assert.equal(world.told('exited').length, 0);
  },
);

story(
  'a worker that is killed already is not told again by a stop: the reason of its end stays',
  {
    services: [service({ prefork: 1, protocol: 'systemd', startlimitMs: 1_000 })],
  },
  (world) => {
    world.turn();
    const worker = world.process();
    // It is killed, and the kernel takes its time to end it.
    world.os.silentExits.add(worker);
    world.run(1_050);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.turn();
    world.os.silentExits.delete(worker);
    world.run(100);
    assert.deepEqual(
      world.told('exited').map(({ reason }) => reason),
      ['start-limit'],
    );
  },
);

story(
  'a held-back SIGHUP is sent although the start-up time turned out longer than thought',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(1_000);
    const silent = world.process();
    world.ask({ kind: 'retire', serial: 1, why: 'test' });
    // Meanwhile another worker shows that a start takes three seconds.
    world.listener().queue = 3;
    world.os.onSpawn = (process) => {
      world.os.after(3_000, () => {
        process.takeClient();
        world.listener().queue = 0;
      });
    };
    world.run(120_000);
    assert.deepEqual(silent.signals.slice(0, 1), ['SIGHUP']);
    assert.equal(silent.alive, false, 'and its stop limit holds');
  },
);

story(
  'a second order begins its stop limit anew: the first one does not cut it short',
  { services: [service({ prefork: 1, stoplimitMs: 5_000 })] },
  (world) => {
    world.run(1_000);
    const worker = world.process();
    worker.takeClient();
    world.turn();
    world.ask({ kind: 'retire', serial: 1, why: 'over maxrss' });
    world.run(4_500);
    world.command({ kind: 'shutdown', reason: 'the story' });
    world.run(4_500);
    assert.deepEqual(worker.signals, ['SIGHUP', 'SIGTERM']);
    world.run(1_000);
    assert.equal(worker.signals.at(-1), 'SIGKILL');
  },
);

story(
  'a worker that talks and talks while it is to finish fills no memory with timers',
  { services: [service({ prefork: 1, stoplimitMs: 5_000 })] },
  (world) => {
    world.run(1_000);
    const worker = world.process();
    worker.takeClient();
    world.turn();
    world.ask({ kind: 'retire', serial: 1, why: 'over maxrss' });
    for (let clients = 0; clients < 500; clients += 1) {
      worker.say('available', 'unavailable', 'connection');
      world.turn();
    }
    assert.ok(world.master.timers.size < 20, `${world.master.timers.size} timers`);
  },
);
