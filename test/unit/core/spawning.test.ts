// When workers are spawned and how many: prefork, refill, on demand, in proportion to the queue, and never more
// than a limit allows. The whole core in a scripted world.

import { strict as assert } from 'node:assert';
import { command, service, serviceAt } from './support/specs.ts';
import { story } from './support/story.ts';

story(
  'prefork workers are spawned at the start, in the first turn',
  {
    services: [service({ prefork: 3 })],
  },
  (world) => {
    world.turn();
    assert.deepEqual(world.counts(), { starting: 3, ready: 3, busy: 0, draining: 0, active: 3 });
    assert.equal(world.told('master-ready').length, 1);
    assert.equal(world.told('spawned').length, 3);
  },
);

story(
  'without prefork nobody is spawned until a client comes',
  {
    services: [service()],
  },
  (world) => {
    world.run(5_000);
    assert.equal(world.counts().active, 0);
    assert.ok(world.watches());
    world.listener().queue = 1;
    world.turn();
    assert.equal(world.counts().active, 1);
    world.process().takeClient();
    world.listener().queue = 0;
    world.turn();
    assert.deepEqual(world.counts(), { starting: 0, ready: 0, busy: 1, draining: 0, active: 1 });
  },
);

story(
  'a worker that becomes busy is replaced in the same turn, so that prefork stay ready',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.turn();
    world.process(0).takeClient();
    world.turn();
    assert.deepEqual(world.counts(), { starting: 2, ready: 2, busy: 1, draining: 0, active: 3 });
  },
);

story(
  'a worker that exits is replaced in the same turn',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.run(20_000);
    world.process(0).exit(0);
    world.turn();
    assert.equal(world.counts().active, 2);
    assert.equal(world.os.processes.length, 3);
  },
);

story('seven queued clients bring seven workers at once', { services: [service()] }, (world) => {
  world.turn();
  world.listener().queue = 7;
  world.turn();
  assert.equal(world.counts().starting, 7);
});

story('starts under way count: the queue is not served twice', { services: [service()] }, (world) => {
  world.turn();
  world.listener().queue = 7;
  world.turns(5);
  assert.equal(world.counts().active, 7);
  world.listener().queue = 9;
  world.run(300);
  assert.equal(world.counts().active, 9);
});

story(
  'seven queued clients and a start cap of four: four start, and the rest when these are up',
  {
    services: [service()],
    startCap: { initial: 4, most: 4 },
  },
  (world) => {
    world.turn();
    world.listener().queue = 7;
    world.turn();
    assert.equal(world.counts().starting, 4);
    assert.equal(world.service().decision.constraint, 'start-cap');
    for (const process of world.processes()) process.takeClient();
    world.listener().queue = 3;
    world.turn();
    assert.deepEqual(world.counts(), { starting: 3, ready: 3, busy: 4, draining: 0, active: 7 });
  },
);

story(
  'maxchild is never exceeded, not even in a batch',
  {
    services: [service({ prefork: 2, maxchild: 5 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 50;
    world.run(2_000);
    assert.equal(world.counts().active, 5);
    assert.equal(world.service().decision.constraint, 'maxchild');
    assert.equal(world.watches(), false, 'a service that cannot take more is not watched');
  },
);

story('draining workers still count for maxchild', { services: [service({ maxchild: 2 })] }, (world) => {
  world.turn();
  world.listener().queue = 2;
  world.turn();
  for (const process of world.processes()) process.takeClient();
  world.turn();
  world.ask({ kind: 'retire', serial: 1, why: 'test' });
  world.run(500);
  assert.equal(world.counts().active, 2);
  world.process(0).exit(0);
  world.turn();
  assert.equal(world.counts().active, 2);
  assert.equal(world.os.processes.length, 3);
});

story(
  'one storm cannot starve another service: each may always begin a start',
  {
    services: [serviceAt('imap', 143), serviceAt('pop3', 110), serviceAt('lmtp', 24, { prefork: 1 })],
    startCap: { initial: 8, most: 8 },
  },
  (world) => {
    world.turn();
    world.listener('imap').queue = 500;
    world.turn();
    assert.equal(world.counts('imap').starting, 7);
    world.listener('pop3').queue = 3;
    world.run(20);
    assert.equal(world.counts('pop3').starting, 1);
    assert.equal(world.service('pop3').decision.constraint, 'start-cap');
  },
);

story(
  'two storms at once share the start cap evenly',
  {
    services: [serviceAt('imap', 143), serviceAt('pop3', 110)],
    startCap: { initial: 8, most: 8 },
  },
  (world) => {
    world.turn();
    world.listener('imap').queue = 500;
    world.listener('pop3').queue = 500;
    world.turn();
    assert.equal(world.counts('imap').starting, 4);
    assert.equal(world.counts('pop3').starting, 4);
  },
);

story(
  'demand goes before refill',
  {
    services: [serviceAt('imap', 143, { prefork: 40 }), serviceAt('pop3', 110)],
    startCap: { initial: 10, most: 10 },
  },
  (world) => {
    world.turn();
    assert.equal(world.counts('imap').starting, 10);
    for (const process of world.processes()) process.takeClient();
    world.listener('pop3').queue = 9;
    world.turn();
    assert.equal(world.counts('pop3').starting, 9);
    assert.equal(world.counts('imap').starting, 1);
  },
);

story(
  'maxforkrate: a burst of one second at once, then the rate',
  {
    services: [service({ maxforkrate: 5 })],
  },
  (world) => {
    world.turn();
    world.listener().queue = 100;
    world.turn();
    assert.equal(world.os.processes.length, 5);
    assert.equal(world.service().decision.constraint, 'fork-rate');
    world.run(1_000);
    assert.equal(world.os.processes.length, 10);
    world.run(2_000);
    assert.equal(world.os.processes.length, 20);
  },
);

story(
  'maxforkrate holds for refills, too: workers that die at once are not replaced faster',
  {
    services: [service({ prefork: 1, maxforkrate: 2 })],
  },
  (world) => {
    world.os.onSpawn = (process) =>
      world.os.after(1, () => {
        process.takeClient();
        process.exit(0);
      });
    world.run(5_000);
    const forks = world.os.processes.length;
    assert.ok(forks >= 10 && forks <= 12, `${forks} forks in 5 s`);
  },
);

story(
  'maxforkrate holds when a turn is long: forks count from when they happen',
  {
    services: [
      serviceAt('slow', 1, { command: command('/bin/slow') }),
      serviceAt('limited', 2, { command: command('/bin/limited'), maxforkrate: 10 }),
    ],
  },
  (world) => {
    const forks: number[] = [];
    world.os.onSpawn = ({ request }) => {
      if (request.path === '/bin/slow') world.os.clock += 50;
      else forks.push(world.os.clock);
    };
    world.run(1_000);
    world.listener('slow').queue = 22;
    world.ask({ kind: 'scale', service: 'limited', prefork: 40 });
    world.run(1_500);
    const first = forks[0] ?? Number.NaN;
    assert.ok(forks.length >= 10);
    assert.ok(forks.filter((at) => at < first + 90).length <= 10, 'a burst of one second, and not of two');
  },
);
