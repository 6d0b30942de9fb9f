// Workers that don't come up: what counts as a failure and what does not, the breaker, a fork or an exec that fails.

import { strict as assert } from 'node:assert';
import { PAUSE_MAX_MS } from '../../../src/core/breaker.ts';
import { daemon, service } from './support/specs.ts';
import { story, type World } from './support/story.ts';

function failures(world: World, name = 'imap'): number {
  return world.service(name).breaker.failures;
}

/** Every worker dies that long after it was spawned. */
function crashing(world: World, afterMs: number): void {
  world.os.onSpawn = (process) => world.os.after(afterMs, () => process.exit(1));
}

story(
  'a crash while busy is not a failure to come up, though UNAVAILABLE was unread when it died',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(1_000);
    const worker = world.process();
    worker.takeClient();
    worker.die('SIGSEGV');
    world.turn();
    const [exit] = world.told('exited');
    assert.equal(exit?.state, 'busy');
    assert.equal(exit?.uses, 1);
    assert.equal(exit?.how, 'signal SIGSEGV');
    assert.equal(failures(world), 0);
  },
);

story(
  'a crash before anybody was served is a failure; exit 0 after a long idle time is not',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(1_000);
    world.process().exit(1);
    world.turn();
    assert.equal(failures(world), 1);
    world.run(60_000);
    world.process().exit(0);
    world.turn();
    assert.equal(failures(world), 1);
  },
);

story('a death by our own signal is never a failure', { services: [service({ prefork: 3 })] }, (world) => {
  for (let round = 0; round < 4; round += 1) {
    world.run(600);
    for (const process of world.processes()) process.onSignal = (signal) => process.die(signal);
    world.ask({ kind: 'reload', spec: world.master.spec });
    world.run(6_000);
  }
  assert.ok(world.told('exited').length >= 9);
  assert.equal(failures(world), 0);
  assert.equal(world.told('breaker-opened').length, 0);
});

story(
  'five failures open the breaker; it probes one at a time, ever more rarely',
  {
    services: [service({ prefork: 5 })],
  },
  (world) => {
    crashing(world, 10);
    world.run(500);
    const opened = world.told('breaker-opened');
    assert.equal(opened.length, 1);
    assert.equal(opened[0]?.retryInMs, 1_000);
    assert.equal(opened[0]?.lastExit, 'exit 1');
    const before = world.os.processes.length;
    world.run(600_000);
    const pauses = world.told('breaker-opened').map(({ retryInMs }) => retryInMs);
    assert.deepEqual(pauses.slice(0, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, PAUSE_MAX_MS]);
    assert.equal(Math.max(...pauses), PAUSE_MAX_MS);
    assert.equal(world.os.processes.length - before, pauses.length - 1, 'one probe per pause');
  },
);

story('a probe that serves a client closes the breaker', { services: [service({ prefork: 5 })] }, (world) => {
  crashing(world, 10);
  world.run(500);
  world.os.onSpawn = (process) => world.os.after(20, () => process.takeClient());
  world.run(1_000);
  assert.equal(world.told('breaker-closed').length, 1);
  world.os.onSpawn = () => {};
  world.run(1_000);
  assert.equal(world.counts().ready, 5);
});

story('a probe that lives for 10 s closes the breaker', { services: [service({ prefork: 3 })] }, (world) => {
  crashing(world, 10);
  world.run(500);
  world.os.onSpawn = () => {};
  world.run(1_500);
  assert.equal(world.counts().active, 1);
  world.run(10_000);
  assert.equal(world.told('breaker-closed').length, 1);
  assert.equal(world.counts().ready, 3);
});

story(
  'failures=cyrus: five failures disable the service until a reload',
  {
    services: [service({ prefork: 1, failureRule: 'cyrus' })],
  },
  (world) => {
    crashing(world, 10);
    world.run(60_000);
    assert.equal(world.os.processes.length, 5);
    assert.equal(world.told('service-disabled').length, 1);
    world.os.onSpawn = () => {};
    world.ask({ kind: 'reload', spec: world.master.spec });
    assert.equal(world.counts().active, 1);
  },
);

story(
  'failures=cyrus with babysit: one attempt every 10 s, for ever',
  {
    services: [service({ prefork: 1, failureRule: 'cyrus', babysit: true })],
  },
  (world) => {
    crashing(world, 10);
    world.run(500);
    const before = world.os.processes.length;
    world.run(100_000);
    assert.ok(Math.abs(world.os.processes.length - before - 10) <= 1);
  },
);

story(
  'a daemon that crashes is started again, and in a loop the breaker opens',
  { daemons: [daemon()] },
  (world) => {
    crashing(world, 10);
    world.run(500);
    assert.equal(world.os.processes.length, 5);
    assert.equal(world.told('breaker-opened').length, 1);
  },
);

story(
  'an exec that fails opens the breaker at once, and tells path and errno',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
    world.turn();
    const [told] = world.told('spawn-failed');
    assert.equal(told?.program, '/bin/worker');
    assert.equal(told?.errno, 'ENOENT');
    assert.equal(told?.stage, 'exec');
    assert.equal(world.told('spawn-failed').length, 1);
    assert.equal(world.told('breaker-opened').length, 1);
  },
);

story(
  'EAGAIN from fork backs off from 100 ms to 5 s, and the loop goes on meanwhile',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.run(30_000);
    const delays = world.told('spawn-failed').map(({ retryInMs }) => retryInMs);
    assert.deepEqual(delays.slice(0, 8), [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    assert.equal(world.told('breaker-opened').length, 0);
    world.os.spawnError = () => undefined;
    world.run(5_000);
    assert.equal(world.counts().ready, 2);
    assert.equal(world.service().forkBackoff.delayMs, 0);
  },
);

for (const failing of [1, 2, 3]) {
  story(
    `a spawn whose open number ${failing} fails closes what it had opened`,
    {
      services: [service({ prefork: 1 })],
    },
    (world) => {
      let opens = 0;
      world.os.openError = () => {
        opens += 1;
        return opens === failing ? 'EMFILE' : undefined;
      };
      world.turn();
      assert.equal(world.told('spawn-failed')[0]?.stage, 'prepare');
      assert.equal(world.os.leaks().length, 1, 'only the listener is open');
      world.run(200);
      assert.equal(world.counts().active, 1);
    },
  );
}

story(
  'a spawn that fails in fork closes its channel and outputs',
  { services: [service({ prefork: 1 })] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'ENOMEM', stage: 'fork' });
    world.turn();
    assert.equal(world.os.leaks().length, 1);
  },
);

story(
  'a service bound by maxchild is told as blocked once, and once when it is not any more',
  {
    services: [service({ maxchild: 1 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 5;
    world.run(3_000);
    const [blocked] = world.told('blocked');
    assert.equal(world.told('blocked').length, 1);
    assert.deepEqual([blocked?.constraint, blocked?.queue], ['maxchild', 5]);
    world.listener().queue = 0;
    world.run(2_000);
    assert.deepEqual(
      world.told('unblocked').map(({ constraint }) => constraint),
      ['maxchild'],
    );
  },
);

story(
  'a service bound by maxforkrate is told as blocked once, however often a fork is allowed meanwhile',
  {
    services: [service({ maxforkrate: 5 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 100;
    world.run(3_000);
    assert.deepEqual(
      world.told('blocked').map(({ constraint }) => constraint),
      ['fork-rate'],
    );
    assert.deepEqual(world.told('unblocked'), []);
    world.listener().queue = 0;
    world.run(2_000);
    assert.equal(world.told('unblocked').length, 1);
  },
);

story(
  'the self-audit finds an exit of which epoll said nothing, and counts drift once',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(2_000);
    const worker = world.process();
    world.os.silentExits.add(worker);
    worker.exit(0);
    world.run(5_000);
    assert.equal(world.counter('drift'), 1);
    assert.equal(world.told('accounting-drift')[0]?.pid, worker.pid);
    assert.equal(world.counts().active, 1, 'it was replaced');
  },
);

story(
  'an exit that epoll tells of late by one look is no drift',
  { services: [service({ prefork: 5 })] },
  (world) => {
    for (let round = 0; round < 50; round += 1) {
      world.run(997);
      const worker = world.process(round % 5);
      world.os.silentExits.add(worker);
      worker.takeClient();
      worker.exit(0);
      world.os.after(900, () => world.os.silentExits.delete(worker));
    }
    world.run(2_000);
    assert.equal(world.counter('drift'), 0);
  },
);

story(
  'old workers that serve do not hide that every new one dies',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.run(1_000);
    const old = world.processes();
    crashing(world, 10);
    for (let client = 0; client < 2_000; client += 1) {
      const at = client * 50;
      world.os.after(at, () => old[client % 2]?.takeClient());
      world.os.after(at + 40, () => old[client % 2]?.say('available'));
    }
    world.run(100_000);
    const pauses = world.told('breaker-opened').map(({ retryInMs }) => retryInMs);
    assert.deepEqual(pauses.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
    assert.ok(world.os.processes.length < 30, `${world.os.processes.length} workers were started`);
  },
);
