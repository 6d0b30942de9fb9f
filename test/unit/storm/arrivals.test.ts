// When clients arrive and what they do: planned from a seed before the storm, the same each time, in the asked number
// and shape; and started at their moments, whatever became of those before.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Agenda } from '../../../bench/storm/load/agenda.ts';
import { MAIL_CLIENT, parseComeback, waitMs } from '../../../bench/storm/load/comeback.ts';
import { type Arrival, startLauncher } from '../../../bench/storm/load/launcher.ts';
import { planStorm } from '../../../bench/storm/load/plan.ts';
import { parseSessions, type SessionMix } from '../../../bench/storm/load/sessions.ts';
import { arrivalTimes, parseShape, SHAPES, type ShapeName } from '../../../bench/storm/load/shapes.ts';
import { entropy } from '../../../src/lib/entropy.ts';

const COUNT = 10_000;
const DURATION_MS = 10_000;

function times(shape: string, seed = 'seed'): Float64Array {
  const parsed = parseShape(shape);
  assert.ok(parsed.ok);
  return arrivalTimes(parsed.value, COUNT, DURATION_MS, entropy(seed).stream('arrivals'));
}

/** How many arrive in each tenth of the duration, in percent of all. */
function tenths(shape: string): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const at of times(shape)) {
    const tenth = Math.min(9, Math.floor(at / 1_000));
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  return counts.map((count) => Math.round((count / COUNT) * 100));
}

function near(measured: readonly number[], wanted: readonly number[], tolerance = 2): void {
  assert.equal(measured.length, wanted.length);
  for (const [index, value] of measured.entries()) {
    assert.ok(Math.abs(value - (wanted[index] ?? 0)) <= tolerance, `${measured} is not near ${wanted}`);
  }
}

function mixOf(text: string): SessionMix {
  const mix = parseSessions(text);
  assert.ok(mix.ok, text);
  return mix.value;
}

describe('arrivals', () => {
  for (const name of Object.keys(SHAPES) as ShapeName[]) {
    test(`${name}: as many as asked for, in order, within the duration, the same for the same seed`, () => {
      const planned = times(name);
      assert.equal(planned.length, COUNT);
      assert.deepEqual(planned, planned.toSorted());
      assert.ok((planned[0] ?? -1) >= 0 && (planned.at(-1) ?? Infinity) <= DURATION_MS);
      assert.deepEqual(times(name), planned);
    });
  }

  test('another seed draws other moments', () => {
    assert.notDeepEqual(times('poisson', 'another'), times('poisson'));
  });

  test('burst and reconnect: all at once; burst=4: four of the same size', () => {
    assert.ok(times('burst').every((at) => at === 0));
    assert.ok(times('reconnect').every((at) => at === 0));
    const quarter = COUNT / 4;
    assert.deepEqual(countsOf(times('burst=4')), { 0: quarter, 2500: quarter, 5000: quarter, 7500: quarter });
  });

  test('poisson: evenly, and with exponential gaps', () => {
    near(tenths('poisson'), new Array(10).fill(10));
    const planned = times('poisson');
    const gaps = planned.slice(1).map((at, index) => at - (planned[index] ?? 0));
    const long = gaps.filter((gap) => gap > 1).length / gaps.length;
    // Of exponential gaps with a mean of 1 ms, 1/e are longer than it.
    assert.ok(Math.abs(long - 1 / Math.E) < 0.02, `${long}`);
  });

  test('step, ramp, sawtooth, morning: the rate rises as it should', () => {
    near(tenths('step=2'), [7, 7, 7, 7, 7, 13, 13, 13, 13, 13]);
    near(tenths('ramp'), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    near(tenths('sawtooth=2'), [2, 6, 10, 14, 18, 2, 6, 10, 14, 18]);
    const morning = tenths('morning');
    assert.equal(morning.indexOf(Math.max(...morning)), 3);
    assert.ok((morning[0] ?? 0) <= 2 && (morning[9] ?? 0) <= 6, `${morning}`);
  });

  test('shapes that are none are refused with what there is', () => {
    for (const text of [
      'tsunami',
      'poisson=3',
      'step=0',
      'step=x',
      'step=2=3',
      'step=99999',
      '',
      'toString',
    ]) {
      const parsed = parseShape(text);
      assert.ok(!parsed.ok, text);
    }
  });
});

function countsOf(planned: Float64Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const at of planned) counts[at] = (counts[at] ?? 0) + 1;
  return counts;
}

describe('a plan', () => {
  const load = (sessions: string) => {
    const shape = { name: 'poisson' as const, times: 0 };
    return { shape, connections: COUNT, durationMs: DURATION_MS, sessions: mixOf(sessions) };
  };

  test('mixes sessions by weight, from the seed', () => {
    const plan = planStorm(load('hold=5s*7,logout*3'), 'seed');
    const held = Array.from({ length: COUNT }, (_, client) => plan.sessionOf(client).kind).filter(
      (kind) => kind === 'hold',
    );
    assert.ok(Math.abs(held.length / COUNT - 0.7) < 0.02, `${held.length}`);
    assert.deepEqual(planStorm(load('hold=5s*7,logout*3'), 'seed').sessionOf(17), plan.sessionOf(17));
  });

  test('other sessions shift no arrival', () => {
    assert.deepEqual(planStorm(load('hangup'), '1').times, planStorm(load('think=2s,logout'), '1').times);
  });

  test('sessions that are none are refused', () => {
    for (const text of [
      '',
      'sleep',
      'hold',
      'hold=5',
      'logout=5s',
      'hold=0s',
      'logout*0',
      'logout,,hangup',
      'hold=1s*x',
    ]) {
      assert.ok(!parseSessions(text).ok, text);
    }
  });
});

describe('a client that comes back', () => {
  const none = entropy(1);

  test('waits 1, 2, 4, ... 60 s, and gives up at last', () => {
    const still = { ...MAIL_CLIENT, jitter: 0 };
    const waits = Array.from({ length: 8 }, (_, index) => waitMs(still, index + 1, none));
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, undefined]);
  });

  test('with a chance of its own, within the jitter', () => {
    const waits = Array.from({ length: 1_000 }, (_, client) => waitMs(MAIL_CLIENT, 1, entropy(client)) ?? 0);
    assert.ok(Math.min(...waits) >= 900 && Math.max(...waits) <= 1_100);
    assert.ok(new Set(waits).size > 900);
  });

  test('as it was told to', () => {
    const parsed = parseComeback('first=2s,tries=3');
    assert.deepEqual(parsed, { ok: true, value: { firstMs: 2_000, mostMs: 60_000, jitter: 0.1, tries: 3 } });
    for (const text of ['first=0s', 'tries=0', 'jitter=200%', 'sometimes', 'first=1s,first=2s']) {
      assert.ok(!parseComeback(text).ok, text);
    }
  });
});

describe('the launcher', () => {
  test('starts each arrival at its moment, and none waits for another', async () => {
    const started: (Arrival & { at: number })[] = [];
    const beganAt = performance.now();
    await new Promise<void>((resolve) => {
      const planned = Float64Array.from([0, 0, 30, 60, 60]);
      startLauncher({
        times: planned,
        beganAt,
        start: (arrival) => {
          started.push({ ...arrival, at: performance.now() });
          // Nobody answers: the next one is started all the same.
          if (started.length === planned.length) resolve();
        },
      });
    });
    assert.deepEqual(
      started.map(({ client }) => client),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(
      started.map(({ plannedAt }) => Math.round(plannedAt - beganAt)),
      [0, 0, 30, 60, 60],
    );
    for (const { at, plannedAt } of started) assert.ok(at >= plannedAt - 0.001, 'never too early');
  });

  test('who comes back is one more arrival, at its own moment', async () => {
    const started: Arrival[] = [];
    const beganAt = performance.now();
    await new Promise<void>((resolve) => {
      const launcher = startLauncher({
        times: Float64Array.from([0, 50]),
        beganAt,
        start: (arrival) => {
          started.push(arrival);
          if (started.length === 1) launcher.comeBack({ client: 0, attempt: 2, plannedAt: beganAt + 20 });
          if (started.length === 3) resolve();
        },
      });
    });
    assert.deepEqual(
      started.map(({ client, attempt }) => [client, attempt]),
      [
        [0, 1],
        [0, 2],
        [1, 1],
      ],
    );
  });

  test('a launcher that was stopped starts nobody', async () => {
    let started = 0;
    const launcher = startLauncher({
      times: Float64Array.from([0, 5, 10]),
      beganAt: performance.now(),
      start: () => {
        started += 1;
        launcher.stop();
      },
    });
    launcher.comeBack({ client: 0, attempt: 2, plannedAt: performance.now() });
    await new Promise((resolve) => setTimeout(resolve, 40));
    launcher.comeBack({ client: 0, attempt: 2, plannedAt: performance.now() });
    assert.deepEqual([started, launcher.waiting()], [1, 0]);
  });
});

test('an agenda gives back the earliest first', () => {
  const agenda = new Agenda<number>();
  const chances = entropy('agenda');
  for (let index = 0; index < 500; index += 1) agenda.add({ at: chances.integer(0, 100), what: index });
  const taken: number[] = [];
  while (agenda.size > 0) {
    const next = agenda.nextAt;
    const at = agenda.take()?.at ?? Number.NaN;
    assert.equal(at, next);
    taken.push(at);
  }
  assert.equal(taken.length, 500);
  assert.deepEqual(
    taken,
    taken.toSorted((one, other) => one - other),
  );
  assert.equal(agenda.take(), undefined);
});
