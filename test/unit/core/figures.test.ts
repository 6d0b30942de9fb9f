// Times on the scoreboard, on a clock that the test moves: sessions, what holds a service back and for how long, how long
// it stands at maxchild; the figures of each event, and a board with no place left.

import { strict as assert } from 'node:assert';
import {
  blockedSecondsField,
  EVENT_FIELD,
  SERVICE_FIELD,
  SESSION_BUCKETS,
  SLOTS_MAX,
  sessionField,
} from '../../../src/core/board.ts';
import { event, masterSpec, service, serviceAt } from './support/specs.ts';
import { story, type World } from './support/story.ts';

const PREFORK_1 = { services: [service({ prefork: 1, maxchild: 1 })] };

/** How many sessions, and how long they were together. */
function sessions(world: World): readonly [count: number, seconds: number] {
  const { view } = world.service();
  const counts = view.subarray(sessionField, sessionField + SESSION_BUCKETS.length + 1);
  const seconds = view[sessionField + SESSION_BUCKETS.length + 1] ?? 0;
  return [counts.reduce((sum, count) => sum + count, 0), Math.round(seconds)];
}

/** By how many seconds the clock and the counters grow while the world goes on for `ms`. */
function grown(world: World, ms: number): Readonly<Record<string, number>> {
  const { view } = world.service();
  const look = () => ({
    clock: world.os.clock / 1_000,
    atMaxchild: view[SERVICE_FIELD.atMaxchildSeconds] ?? 0,
    maxchild: view[blockedSecondsField('maxchild')] ?? 0,
    paused: view[blockedSecondsField('paused')] ?? 0,
  });
  const before: Readonly<Record<string, number>> = look();
  world.run(ms);
  return Object.fromEntries(
    Object.entries(look()).map(([name, value]) => [name, Math.round(value - (before[name] ?? 0))]),
  );
}

function eventFigure(world: World, field: keyof typeof EVENT_FIELD): number {
  return world.master.jobs[0]?.place?.view[EVENT_FIELD[field]] ?? Number.NaN;
}

story(
  'a session lasts from the first busy word to the next ready one, or to the exit',
  PREFORK_1,
  (world) => {
    world.run(1_000);
    world.process().takeClient();
    world.turn();
    world.run(7_000);
    // A word more does not begin it anew.
    world.process().say('unavailable');
    world.run(3_000);
    assert.deepEqual(sessions(world), [0, 0]);
    world.process().say('available');
    world.run(5_000);
    assert.deepEqual(sessions(world), [1, 10]);
    world.process().takeClient();
    world.turn();
    world.run(20_000);
    world.process().exit(1);
    world.turns(2);
    assert.deepEqual(sessions(world), [2, 30]);
  },
);

story('a worker that drains ends its session when it says so; its idle time is none', PREFORK_1, (world) => {
  world.run(1_000);
  const worker = world.process();
  worker.takeClient();
  world.turn();
  world.ask({ kind: 'reload', spec: masterSpec(PREFORK_1) });
  world.run(4_000);
  worker.say('available');
  world.run(3_000);
  assert.deepEqual(sessions(world), [1, 4]);
  worker.exit(0);
  world.turns(2);
  assert.deepEqual(sessions(world), [1, 4]);
});

story(
  'a worker for several clients is timed while it is full',
  { services: [service({ prefork: 1, maxchild: 1, clientlimit: 2 })] },
  (world) => {
    world.run(1_000);
    const worker = world.process();
    worker.say('connectionMulti');
    world.run(5_000);
    worker.say('connectionMulti', 'unavailable');
    world.turn();
    world.run(2_000);
    worker.say('available');
    world.run(1_000);
    assert.deepEqual(sessions(world), [1, 2]);
  },
);

story(
  'the time at maxchild is counted; that it holds clients back is counted apart, while one waits',
  { services: [service({ prefork: 1, maxchild: 2 })] },
  (world) => {
    world.turns(3);
    assert.deepEqual(grown(world, 10_000), { clock: 10, atMaxchild: 0, maxchild: 0, paused: 0 });
    world.process().takeClient();
    world.turns(3);
    assert.equal(world.counts().active, 2);
    assert.deepEqual(grown(world, 20_000), { clock: 20, atMaxchild: 20, maxchild: 0, paused: 0 });
    world.process(1).takeClient();
    world.turns(3);
    assert.deepEqual(grown(world, 30_000), { clock: 30, atMaxchild: 30, maxchild: 30, paused: 0 });
    world.process().say('available');
    world.turns(3);
    assert.deepEqual(grown(world, 10_000), { clock: 10, atMaxchild: 10, maxchild: 0, paused: 0 });
  },
);

story(
  'a pause is counted while workers are missing, and not before or after it',
  { services: [service({ prefork: 1 })] },
  (world) => {
    world.turns(3);
    world.ask({ kind: 'pause', service: 'imap' });
    assert.deepEqual(grown(world, 10_000), { clock: 10, atMaxchild: 0, maxchild: 0, paused: 0 });
    world.process().exit(0);
    world.turns(3);
    assert.deepEqual(grown(world, 40_000), { clock: 40, atMaxchild: 0, maxchild: 0, paused: 40 });
    world.ask({ kind: 'resume', service: 'imap' });
    assert.deepEqual(grown(world, 10_000), { clock: 10, atMaxchild: 0, maxchild: 0, paused: 0 });
  },
);

story(
  'an event: runs, failures, how long they took, when the last went well and when the next is due',
  { events: [event()] },
  (world) => {
    const now = () => world.os.wallClock() / 1_000;
    world.turn();
    const first = world.process(0, '/bin/event');
    assert.deepEqual(
      [eventFigure(world, 'runs'), eventFigure(world, 'running'), eventFigure(world, 'lastSuccess')],
      [1, 1, 0],
    );
    assert.ok(Math.abs(eventFigure(world, 'nextDue') - now() - 60) <= 1);
    world.run(5_000);
    first.exit(0);
    world.turns(2);
    const endedAt = now();
    assert.ok(Math.abs(eventFigure(world, 'lastSuccess') - endedAt) <= 1);
    world.run(56_000);
    world.process(0, '/bin/event').exit(1);
    world.turns(2);
    assert.deepEqual(
      [eventFigure(world, 'runs'), eventFigure(world, 'failures'), eventFigure(world, 'running')],
      [2, 1, 0],
    );
    assert.ok(eventFigure(world, 'durationSeconds') >= 5);
    assert.ok(Math.abs(eventFigure(world, 'lastSuccess') - endedAt) <= 1, 'a failure is no success');
  },
);

story('an event that is never due, or was taken out, says so', { events: [event()] }, (world) => {
  world.turn();
  const place = world.master.jobs[0]?.place;
  world.ask({ kind: 'reload', spec: masterSpec({ services: [service()] }) });
  world.turn();
  assert.equal(place?.view[EVENT_FIELD.nextDue], Number.POSITIVE_INFINITY);
  world.process(0, '/bin/event').exit(0);
  world.turns(3);
  assert.equal(world.told('slot-freed').filter(({ owner }) => owner === 'event').length, 1);
  assert.ok(
    place.view.every((number) => number === 0),
    'its place is clean for the next',
  );
});

story(
  'on a full board an event is run without figures, and a service is not run',
  {
    services: Array.from({ length: SLOTS_MAX }, (_, index) => serviceAt(`s${index}`, 2_000 + index)),
    events: [event()],
  },
  (world) => {
    world.turns(2);
    assert.equal(world.processes('/bin/event').length, 1);
    assert.equal(world.master.jobs[0]?.place, undefined);
    assert.deepEqual(
      world.told('board-full').map(({ service: name, runs }) => [name, runs]),
      [['checkpoint', true]],
    );
  },
);
