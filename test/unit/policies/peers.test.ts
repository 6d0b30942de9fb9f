// The policies of other systems, by example: what each of them starts, second by second, and what none of them may do.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { POLICY_NAMES, type PolicyName, policyNamed } from '../../../bench/policies/index.ts';
import type { SpawnFigures, SpawnPolicy } from '../../../src/core/spawn-policy.ts';
import { FREE } from '../core/support/figures.ts';

/** A service whose workers are up at once and keep their client for ever. */
class Pool {
  waiting: number;
  busy = 0;
  idle = 0;
  readonly minReady: number;

  constructor(waiting: number, minReady: number) {
    this.waiting = waiting;
    this.minReady = minReady;
  }

  figures(): SpawnFigures {
    const { waiting: queue, idle: ready, busy, minReady } = this;
    return { ...FREE, queue, ready, places: ready, active: busy + ready, minReady };
  }

  add(workers: number): void {
    this.idle += workers;
  }

  accept(): void {
    const taken = Math.min(this.idle, this.waiting);
    this.idle -= taken;
    this.waiting -= taken;
    this.busy += taken;
  }
}

/** One turn: it is asked until it has enough. */
function startedBy(policy: SpawnPolicy, pool: Pool): number {
  let started = 0;
  for (let more = policy(pool.figures()).spawn; more > 0; more = policy(pool.figures()).spawn) {
    started += 1;
    pool.add(1);
  }
  pool.accept();
  return started;
}

/** How many are started in each second, the start first, with a turn every 100 ms. */
function secondBySecond(name: PolicyName, pool: Pool, seconds: number): number[] {
  let now = 5_000;
  const { policy } = policyNamed(name, () => now);
  return Array.from({ length: seconds }, () => {
    let started = 0;
    for (let turn = 0; turn < 10; turn += 1, now += 100) started += startedBy(policy, pool);
    return started;
  });
}

const BY_EXAMPLE: readonly [PolicyName, Pool, readonly number[]][] = [
  ['queue-proportional', new Pool(40, 0), [40, 0]],
  ['one-at-a-time', new Pool(30, 0), [10, 10, 10, 0]],
  ['one-at-a-time', new Pool(0, 5), [5, 0]],
  ['apache-doubling', new Pool(200, 5), [5, 1, 2, 4, 8, 16, 32, 32, 32, 32, 32, 32, 0]],
  ['apache-doubling', new Pool(3, 5), [5, 1, 2, 0]],
  ['php-fpm-dynamic', new Pool(30, 5), [5, 1, 2, 4, 5, 5, 5, 5, 3, 0]],
  ['uwsgi-backlog', new Pool(12, 5), [5, 1, 1, 1, 1, 0, 0]],
  ['uwsgi-backlog-eager', new Pool(40, 5), [5, 32, 32, 0]],
];

for (const [name, pool, expected] of BY_EXAMPLE) {
  test(`${name} with ${pool.waiting} waiting and prefork ${pool.minReady}`, () => {
    assert.deepEqual(secondBySecond(name, pool, expected.length), expected);
  });
}

test('Apache begins again with one, once there was enough to spare', () => {
  const pool = new Pool(10, 5);
  let now = 0;
  const { policy } = policyNamed('apache-doubling', () => now);
  const second = () => {
    const started = startedBy(policy, pool);
    now += 1_000;
    return started;
  };
  assert.deepEqual([second(), second(), second(), second(), second(), second()], [5, 1, 2, 4, 8, 0]);
  pool.waiting = 100;
  pool.accept();
  assert.deepEqual([second(), second(), second()], [1, 2, 4]);
});

test('a beat is due a second after the last one, and others are never due', () => {
  let now = 100;
  const { policy, dueAt } = policyNamed('uwsgi-backlog', () => now);
  assert.equal(dueAt(), Number.POSITIVE_INFINITY, 'the first workers do not wait for a beat');
  policy({ ...FREE, ready: 1, active: 1 });
  assert.equal(dueAt(), 1_100);
  now = 1_130;
  policy({ ...FREE, ready: 1, active: 1 });
  assert.equal(dueAt(), 2_130);
  assert.equal(policyNamed('one-at-a-time', () => now).dueAt(), Number.POSITIVE_INFINITY);
});

test('what a beat could not start is not made up for before the next', () => {
  let now = 0;
  const { policy } = policyNamed('uwsgi-backlog-eager', () => now);
  const waits = { ...FREE, queue: 50, ready: 0, active: 1, maxchild: 10 };
  policy(waits);
  now = 1_000;
  assert.equal(policy(waits).spawn, 9, 'as many as maxchild allows');
  now = 1_100;
  assert.equal(policy({ ...waits, maxchild: 50 }).spawn, 0);
});

const figures = fc.record({
  ...Object.fromEntries(Object.entries(FREE).map(([key, value]) => [key, fc.constant(value)])),
  queue: fc.nat(300),
  minReady: fc.nat(40),
  ready: fc.nat(60),
  starting: fc.nat(20),
  released: fc.nat(50),
  active: fc.nat(100),
  maxchild: fc.nat(150),
  tokens: fc.nat(50),
  startRoom: fc.nat(20),
  halt: fc.constantFrom('none', 'none', 'paused', 'stopping'),
}) as fc.Arbitrary<SpawnFigures>;

for (const name of POLICY_NAMES) {
  test(`${name}: no limit of the configuration is passed, and to be asked again changes nothing`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(figures, fc.nat(1_500))), (asked) => {
        let now = 0;
        const { policy } = policyNamed(name, () => now);
        for (const [drawn, ms] of asked) {
          now += ms;
          const each = { ...drawn, places: drawn.ready };
          const first = policy(each);
          policy({ ...each, queue: 1 });
          const { spawn } = policy(each);
          assert.equal(spawn, first.spawn);
          assert.ok(spawn >= 0 && spawn <= each.tokens && spawn <= Math.max(0, each.maxchild - each.active));
          if (each.halt !== 'none') assert.equal(spawn, 0);
        }
      }),
    );
  });
}

test('a name that nobody has is refused', () => {
  assert.throws(() => policyNamed('toString', () => 0), /there are queue-proportional, /);
});
