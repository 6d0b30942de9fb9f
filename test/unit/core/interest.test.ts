// What the next poll watches and until when: never a spin, never a sleep over work that could be done.
// For every constraint the deadline lies in the future, and when time alone lifts it, not later than that.

import { strict as assert } from 'node:assert';
import { createStartCap } from '../../../src/core/start-cap.ts';
import { daemon, service, serviceAt } from './support/specs.ts';
import { story, type World } from './support/story.ts';

/** What the loop does in `ms` when nothing happens: the number of turns, with a spin excluded by `run`. */
function turnsIn(world: World, ms: number): number {
  const before = world.counter('turns');
  world.run(ms);
  return world.counter('turns') - before;
}

story(
  'an idle master wakes once a second',
  {
    services: [service({ prefork: 2 })],
    daemons: [daemon()],
  },
  (world) => {
    world.run(60_000);
    assert.ok(turnsIn(world, 60_000) <= 61);
  },
);

story(
  'with a ready worker in hand and none to keep, a listener is not watched',
  {
    services: [service()],
  },
  (world) => {
    world.turn();
    assert.equal(world.watches(), true);
    world.listener().queue = 1;
    world.turn();
    world.listener().queue = 0;
    world.process().say('unavailable', 'connection', 'available');
    world.turns(2);
    assert.equal(world.counts().ready, 1);
    assert.equal(world.watches(), false);
  },
);

story(
  'while clients are queued the listener is left out, and the queue is looked at again, ever more rarely',
  {
    services: [service({ maxchild: 9 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 3;
    world.turn();
    assert.equal(world.watches(), false);
    const looks = world.os.polls.length;
    world.run(1_000);
    const delays = world.os.polls.slice(looks).map(({ timeoutMs }) => timeoutMs);
    assert.deepEqual(delays.slice(0, 6), [10, 20, 40, 80, 160, 190]);
  },
);

const CONSTRAINED: Record<string, (world: World) => void> = {
  maxchild: (world) => {
    world.service().limits.maxchild = 1;
    world.listener().queue = 9;
  },
  'start-cap': (world) => {
    world.master.startCap = createStartCap(1, 1);
    world.listener().queue = 9;
  },
  'fork-rate': (world) => {
    Object.assign(world.service().tokens, { ratePerSecond: 0.1, tokens: 0, filledAt: world.os.clock });
    world.listener().queue = 9;
  },
  'fork-failed': (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.listener().queue = 9;
  },
  'breaker-open': (world) => {
    world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
    world.listener().queue = 9;
  },
  paused: (world) => {
    world.command({ kind: 'pause', service: 'imap' });
    world.listener().queue = 9;
  },
};

for (const [constraint, bring] of Object.entries(CONSTRAINED)) {
  story(`bound by ${constraint}, with clients queued, the loop rests`, { services: [service()] }, (world) => {
    world.run(3_000);
    bring(world);
    world.turns(3);
    assert.equal(world.service().decision.constraint, constraint);
    assert.equal(world.watches(), false);
    assert.ok(world.master.interest.deadline > world.master.now);
    assert.ok(turnsIn(world, 10_000) <= 100, 'at most a few looks a second');
  });

  story(`bound by ${constraint}, with nobody queued, the loop rests`, { services: [service()] }, (world) => {
    world.run(3_000);
    bring(world);
    world.turns(3);
    world.listener().queue = 0;
    assert.ok(turnsIn(world, 10_000) <= 100);
  });
}

story(
  'a service that failures=cyrus has disabled is not watched',
  {
    services: [service({ failureRule: 'cyrus' })],
  },
  (world) => {
    world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
    world.turn();
    world.listener().queue = 1;
    world.turn();
    assert.equal(world.service().decision.constraint, 'disabled');
    assert.equal(world.watches(), false);
    assert.ok(turnsIn(world, 10_000) <= 100);
  },
);

story(
  'a token comes: the spawn is made at that moment and not a heartbeat later',
  {
    services: [service({ maxforkrate: 0.5 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 2;
    world.turn();
    const [first] = world.told('spawned');
    world.run(2_100);
    const second = world.told('spawned')[1];
    assert.ok(first && second && second.at - first.at <= 2_002 && second.at - first.at >= 2_000);
  },
);

story(
  'a queue that cannot be read: poll tells that somebody waits, and he is served',
  {
    services: [service()],
  },
  (world) => {
    world.turn();
    Object.assign(world.listener(), { queue: 5, queueErrno: 'EIO' });
    world.run(1_000);
    assert.equal(world.counts().active, 1);
    world.process().takeClient();
    world.run(1_000);
    assert.equal(world.counts().active, 2, 'one at a time, but all in the end');
    world.listener().queue = 0;
    world.run(1_000);
    assert.equal(world.service().queue.length, 0);
  },
);

story(
  'a listener that a worker has shut down is readable for ever: the loop rests all the same',
  {
    services: [service()],
  },
  (world) => {
    world.run(1_000);
    world.listener().hungUp = true;
    world.run(1_000);
    assert.ok(turnsIn(world, 10_000) <= 200);
    Object.assign(world.listener(), { hungUp: false, queue: 1 });
    world.run(300);
    assert.equal(world.counts().active, 1, 'when it is in order again, it is served');
  },
);

story(
  'many services idle cost no wake-ups',
  {
    services: Array.from({ length: 50 }, (_, index) => serviceAt(`s${index}`, 1000 + index, { prefork: 1 })),
  },
  (world) => {
    world.run(5_000);
    assert.ok(turnsIn(world, 20_000) <= 21);
  },
);
