// How start-ups are judged: when a silent worker is presumed to be up, what a first word measures, and what both
// do to the start cap.

import { strict as assert } from 'node:assert';
import { service } from './support/specs.ts';
import { story } from './support/story.ts';

story(
  'a silent worker is presumed up after half a second, when nothing is known',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(499);
    assert.equal(world.counts().starting, 1);
    world.run(2);
    assert.deepEqual(world.counts(), { starting: 0, ready: 1, busy: 0, draining: 0, active: 1 });
    assert.equal(world.told('worker-ready')[0]?.presumed, true);
    assert.equal(world.service().startup.samples, 0, 'silence measures nothing');
  },
);

story(
  'the first word of a worker that a client waited for measures its start-up time',
  {
    services: [service()],
  },
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.turn();
    world.os.after(120, () => {
      world.process().takeClient();
      world.listener().queue = 0;
    });
    world.run(200);
    assert.equal(world.service().startup.meanMs, 120);
  },
);

story(
  'the first client of a prefork worker measures nothing: he may have come late',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.turn();
    world.os.after(400, () => world.process().takeClient());
    world.run(450);
    assert.equal(world.service().startup.samples, 0);
  },
);

story(
  'while clients wait a silent worker is not up, however long it takes: it is measured',
  {
    services: [service()],
    startCap: { initial: 2, most: 16 },
  },
  (world) => {
    world.turn();
    world.listener().queue = 100;
    world.os.onSpawn = (process) => {
      world.os.after(2_000, () => {
        process.takeClient();
        world.listener().queue -= 1;
      });
    };
    world.run(1_900);
    assert.equal(world.counts().starting, 2, 'the start cap is not raised by those that are late');
    world.run(200);
    assert.equal(world.service().startup.samples, 2);
    assert.equal(world.service().startup.meanMs, 2_000);
  },
);

story(
  'the start cap grows with starts on time and shrinks when they get slow',
  {
    services: [service()],
    startCap: { initial: 4, most: 10 },
  },
  (world) => {
    world.turn();
    world.listener().queue = 200;
    let startupMs = 100;
    world.os.onSpawn = (process) => {
      world.os.after(startupMs, () => {
        process.takeClient();
        world.listener().queue -= 1;
      });
    };
    world.run(1_000);
    assert.equal(world.counter('startCap'), 10);
    startupMs = 300;
    world.run(1_000);
    assert.ok(world.counter('startCap') < 5);
  },
);

story(
  'clients who stay: though all starts are slow, no fewer than half of the first cap and one are under way',
  {
    services: [service()],
    startCap: { initial: 4, most: 10 },
  },
  (world) => {
    world.turn();
    world.listener().queue = 400;
    let startupMs = 50;
    world.os.onSpawn = (process) => {
      world.os.after(startupMs, () => {
        process.takeClient();
        world.listener().queue -= 1;
      });
    };
    world.run(200);
    startupMs = 500;
    world.run(4_000);
    assert.equal(world.counter('startCap'), 1);
    assert.equal(world.counts().starting, 3);
  },
);

story(
  'a fork that takes long itself: the start counts from when the process is there',
  {
    services: [service()],
  },
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.os.onSpawn = () => {
      world.os.clock += 40;
    };
    world.turn();
    world.os.after(60, () => world.process().takeClient());
    world.run(80);
    assert.equal(Math.round(world.service().startup.meanMs), 60);
  },
);
