// How start-ups are judged: when a silent worker is presumed to be up, what a first word measures, and what both
// do to the start cap.

import { strict as assert } from 'node:assert';
import { why } from '../../../src/core/why.ts';
import type { FakeProcess } from './support/fake-process.ts';
import { service } from './support/specs.ts';
import { story, type World } from './support/story.ts';

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

/** Clients without end; each worker is up after `startupMs` and then serves one after the other. */
function endlessClients(world: World, times: { startupMs: number; sessionMs: number }): void {
  world.listener().queue = 300;
  const serve = (process: FakeProcess) => {
    process.takeClient();
    world.os.after(times.sessionMs, () => {
      process.say('available');
      serve(process);
    });
  };
  world.os.onSpawn = (process) => world.os.after(times.startupMs, () => serve(process));
}

story(
  'short sessions, and starts that are slow though they come one at a time: the queue is left to the living',
  {
    services: [service()],
    startCap: { initial: 4, most: 10 },
  },
  (world) => {
    world.turn();
    const times = { startupMs: 20, sessionMs: 5 };
    endlessClients(world, times);
    world.run(30);
    times.startupMs = 60;
    world.run(900);
    assert.equal(world.counter('startCap'), 1);
    const started = world.os.processes.length;
    world.run(1_000);
    assert.equal(world.os.processes.length, started);
    assert.equal(world.service().decision.constraint, 'released');
    assert.match(
      why(world.master, world.service()),
      /finished soon, and starts are slow: the living workers/,
    );
    world.run(10_000);
    const tried = world.os.processes.length - started;
    assert.ok(tried >= 3 && tried <= 6, `a start is tried again from time to time: ${tried}`);
  },
);

story(
  'what was finished by workers that have all gone is expected of nobody',
  { services: [service()] },
  (world) => {
    world.turn();
    world.listener().queue = 1;
    world.turn();
    world.listener().queue = 0;
    world.process().takeClient();
    world.turn();
    const { completions, startup } = world.service();
    startup.meanMs = 10_000;
    for (let done = 0; done < 40; done += 1) completions.completed(startup.meanMs, world.os.clock);
    world.listener().queue = 1;
    world.run(500);
    assert.equal(world.service().decision.constraint, 'released', 'whoever lives is believed to take him');
    world.ask({ kind: 'reload', spec: world.master.spec });
    assert.equal(world.counts().draining, 1);
    assert.equal(world.counts().starting, 1, 'nobody else would');
  },
);

story(
  'long sessions, and starts that are slow: whoever waits does not wait for the living',
  {
    services: [service()],
    startCap: { initial: 4, most: 10 },
  },
  (world) => {
    world.turn();
    const times = { startupMs: 20, sessionMs: 600 };
    endlessClients(world, times);
    world.run(30);
    times.startupMs = 60;
    world.run(900);
    const started = world.os.processes.length;
    world.run(1_000);
    assert.ok(world.os.processes.length - started >= 10, `${world.os.processes.length - started}`);
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
