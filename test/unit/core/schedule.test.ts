// EVENTS: periods on a grid of the monotonic clock, patterns on a wall clock that jumps, jitter, and what happens
// to a run that is due while the last is still going on.

import { strict as assert } from 'node:assert';
import { EVENT_FIELD } from '../../../src/core/board.ts';
import { EVENT_QUEUE_MAX } from '../../../src/core/jobs.ts';
import { event } from './support/specs.ts';
import { story, type World } from './support/story.ts';

const HOUR_MS = 3_600_000;
const EVERY_TEN_S = { kind: 'period', periodMs: 10_000 } as const;
const HOURLY = { kind: 'cron', pattern: '0 * * * *' } as const;

/** Every run ends after `ms`; the times of the runs, in ms since now. */
function runsLast(world: World, ms: number): number[] {
  const begin = world.os.clock;
  const times: number[] = [];
  world.os.onSpawn = (process) => {
    times.push(world.os.clock - begin);
    world.os.after(ms, () => process.exit(0));
  };
  return times;
}

/** Of the one event, as it stands on the scoreboard. */
function figure(world: World, field: keyof typeof EVENT_FIELD): number | undefined {
  return world.master.jobs[0]?.place?.view[EVENT_FIELD[field]];
}

/** On the hour, every hour: a calendar without daylight saving. */
function fakeCalendar(world: World): void {
  world.os.cron = (_pattern, after) => (Math.floor(after / HOUR_MS) + 1) * HOUR_MS;
}

story(
  'a period runs at once and then on its grid, without drift',
  { events: [event({ trigger: EVERY_TEN_S })] },
  (world) => {
    const times = runsLast(world, 3);
    // The loop is late by a few ms each time.
    for (let late = 0; late < 60; late += 1) {
      world.run(1_007);
      world.os.clock += 13;
    }
    assert.equal(times.length, 7);
    for (const [index, time] of times.entries()) assert.ok(time - index * 10_000 < 100, `${index}: ${time}`);
  },
);

story(
  'a stall of many periods is made up for by one run',
  { events: [event({ trigger: EVERY_TEN_S })] },
  (world) => {
    const times = runsLast(world, 3);
    world.run(1_000);
    world.os.clock += 95_000;
    world.run(1_000);
    assert.equal(times.length, 2);
    world.run(4_000);
    assert.deepEqual(times.slice(2), [100_000], 'and the grid is the old one');
  },
);

story('a pattern runs at its moment by the wall clock', { events: [event({ trigger: HOURLY })] }, (world) => {
  fakeCalendar(world);
  const times = runsLast(world, 3);
  world.run(3 * HOUR_MS + 1_000);
  assert.deepEqual(times, [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
});

story(
  'a forward jump of the clock runs a missed event once',
  { events: [event({ trigger: HOURLY })] },
  (world) => {
    fakeCalendar(world);
    const times = runsLast(world, 3);
    world.run(600_000);
    world.os.wallAheadMs += 5 * HOUR_MS;
    world.run(5_000);
    assert.equal(times.length, 1);
    world.run(HOUR_MS);
    assert.equal(times.length, 2);
  },
);

story('a small backward jump runs nothing twice', { events: [event({ trigger: HOURLY })] }, (world) => {
  fakeCalendar(world);
  const times = runsLast(world, 3);
  world.run(HOUR_MS + 60_000);
  assert.equal(times.length, 1);
  world.os.wallAheadMs -= 600_000;
  world.run(30 * 60_000);
  assert.equal(times.length, 1);
  world.run(45 * 60_000);
  assert.equal(times.length, 2);
});

story('a clock put back by a day is taken to be right', { events: [event({ trigger: HOURLY })] }, (world) => {
  fakeCalendar(world);
  const times = runsLast(world, 3);
  world.run(600_000);
  world.os.wallAheadMs -= 24 * HOUR_MS;
  world.run(HOUR_MS);
  assert.equal(times.length, 1);
});

story('a pattern without an occurrence never runs', { events: [event({ trigger: HOURLY })] }, (world) => {
  world.os.cron = () => undefined;
  world.run(HOUR_MS);
  assert.equal(world.os.processes.length, 0);
});

story(
  'jitter delays by less than itself, and by the same in every master',
  {
    events: ['a', 'b', 'c', 'd', 'e'].map((name) => event({ name, trigger: HOURLY, jitterMs: 60_000 })),
  },
  (world) => {
    fakeCalendar(world);
    const times = runsLast(world, 3);
    world.run(HOUR_MS + 60_000);
    assert.equal(times.length, 5);
    assert.equal(new Set(times).size, 5);
    for (const time of times) assert.ok(time >= HOUR_MS && time < HOUR_MS + 60_000);
    assert.deepEqual(times.map(Math.floor), [3_603_729, 3_607_818, 3_612_904, 3_642_438, 3_656_408]);
  },
);

story(
  'every run of a period has a delay of its own, and none shifts the grid',
  { events: [event({ trigger: EVERY_TEN_S, jitterMs: 5_000 })] },
  (world) => {
    const times = runsLast(world, 3);
    world.run(60_000);
    const delays = times.slice(0, 6).map((time, index) => time - index * 10_000);
    for (const delay of delays) assert.ok(delay >= 0 && delay < 5_100, String(delays));
    assert.ok(new Set(delays.map(Math.floor)).size > 3, String(delays));
  },
);

story(
  'overlap=skip: a run that is due while the last goes on is skipped, and told',
  {
    events: [event({ trigger: EVERY_TEN_S })],
  },
  (world) => {
    const times = runsLast(world, 25_000);
    world.run(31_000);
    assert.deepEqual(times, [0, 30_000]);
    assert.equal(world.told('event-skipped').length, 2);
    assert.equal(figure(world, 'skips'), 2);
  },
);

story(
  'overlap=queue: it runs when the last has ended',
  {
    events: [event({ trigger: EVERY_TEN_S, overlap: 'queue' })],
  },
  (world) => {
    const times = runsLast(world, 25_000);
    world.run(61_000);
    assert.deepEqual(times, [0, 25_000, 50_000]);
  },
);

story(
  'overlap=queue: only so many wait',
  {
    events: [event({ trigger: EVERY_TEN_S, overlap: 'queue' })],
  },
  (world) => {
    world.run(10_000 * (EVENT_QUEUE_MAX + 4) + 1_000);
    assert.equal(world.told('event-queued').length, EVENT_QUEUE_MAX);
    assert.equal(world.told('event-skipped').length, 4);
  },
);

/** Two runs wait behind the first; it ends while the program cannot be executed `times` times. */
function endsWhileNotExecutable(world: World, times: number): void {
  world.run(21_000);
  let left = times;
  world.os.spawnError = () => {
    left -= 1;
    return left >= 0 ? { errno: 'ENOENT', stage: 'exec' } : undefined;
  };
  world.process(0, '/bin/event').exit(0);
  world.run(100);
}

story(
  'overlap=queue: a run that cannot be executed is over, and the next that waits has its turn',
  { events: [event({ trigger: EVERY_TEN_S, overlap: 'queue' })] },
  (world) => {
    endsWhileNotExecutable(world, 1);
    assert.equal(world.processes('/bin/event').length, 1);
    assert.equal(figure(world, 'failures'), 1);
  },
);

story(
  'overlap=queue: when none can be executed, none is left that would wait for nobody',
  { events: [event({ trigger: EVERY_TEN_S, overlap: 'queue' })] },
  (world) => {
    endsWhileNotExecutable(world, 2);
    assert.equal(figure(world, 'failures'), 2);
    world.os.spawnError = () => undefined;
    const times = runsLast(world, 3);
    world.run(10_000);
    assert.equal(times.length, 1, 'the one that is due');
  },
);

story(
  'overlap=queue: those that wait follow also when a fork has failed, and its next try cannot be executed',
  { events: [event({ trigger: EVERY_TEN_S, overlap: 'queue' })] },
  (world) => {
    world.run(21_000);
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.process(0, '/bin/event').exit(0);
    world.run(500);
    assert.equal(world.told('spawn-failed').length, 1, 'those that wait do not try before it');
    let executable = false;
    world.os.spawnError = () => {
      const error = executable ? undefined : ({ errno: 'ENOENT', stage: 'exec' } as const);
      executable = true;
      return error;
    };
    world.run(1_000);
    assert.equal(world.processes('/bin/event').length, 1);
    assert.equal(world.told('spawn-failed').length, 2);
  },
);

story(
  'overlap=allow: they run side by side',
  {
    events: [event({ trigger: EVERY_TEN_S, overlap: 'allow' })],
  },
  (world) => {
    world.run(31_000);
    assert.equal(world.processes('/bin/event').length, 4);
  },
);

story(
  'a run that fails is told and counted, and the next comes on time',
  {
    events: [event({ trigger: EVERY_TEN_S })],
  },
  (world) => {
    world.os.onSpawn = (process) => process.exit(2);
    world.run(11_000);
    assert.deepEqual(
      world.told('job-finished').map(({ how, failed }) => ({ how, failed })),
      [
        { how: 'exit 2', failed: true },
        { how: 'exit 2', failed: true },
      ],
    );
    assert.equal(figure(world, 'failures'), 2);
  },
);

story(
  'a run for which no process can be made counts as failed, and is tried again a second later',
  { events: [event({ trigger: EVERY_TEN_S })] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.run(500);
    assert.equal(figure(world, 'failures'), 1);
    world.os.spawnError = () => undefined;
    world.run(1_500);
    assert.equal(figure(world, 'failures'), 1);
    assert.equal(world.processes('/bin/event').length, 1);
  },
);

story(
  'an event that is taken out while it runs, and is in again, is the same one: it never runs twice at a time',
  { services: [], events: [event({ trigger: { kind: 'period', periodMs: 60_000 }, overlap: 'skip' })] },
  (world) => {
    world.run(1_000);
    assert.equal(world.processes('/bin/event').length, 1);
    const { spec } = world.master;
    world.ask({ kind: 'reload', spec: { ...spec, events: [] } });
    world.ask({ kind: 'reload', spec });
    world.run(30_000);
    assert.equal(world.processes('/bin/event').length, 1);
    world.process(0, '/bin/event').exit(0);
    world.run(60_000);
    assert.equal(world.processes('/bin/event').length, 1, 'and its schedule goes on');
  },
);

story(
  'a run that could be started makes up for the one that could not',
  { services: [], events: [event({ trigger: { kind: 'period', periodMs: 900 }, overlap: 'allow' })] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.turn();
    world.os.spawnError = () => undefined;
    world.run(1_300);
    assert.equal(world.processes('/bin/event').length, 1);
  },
);
