// When clients come, and how a storm comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entropy } from '../../../../src/lib/entropy.ts';
import {
  ARRIVALS,
  type ArrivalKind,
  type ArrivalOptions,
  arrivals,
} from '../../../../src/os/sim/arrivals.ts';
import type { ClientResult } from '../../../../src/os/sim/clients.ts';
import { IMAP, Stage } from './programs/support/stage.ts';

/** Plans without a world: the times at which clients would come. */
function planned(kind: ArrivalKind, clients: number, seed = 1): number[] {
  const times: number[] = [];
  arrivals(kind, {
    ...options(clients),
    entropy: entropy(seed),
    kernel: { now: () => 0, startClient: () => {}, at: (atMs) => times.push(atMs) },
  });
  return times;
}

function options(clients: number): ArrivalOptions {
  const { kernel } = new Stage();
  return {
    name: 'crowd',
    kernel,
    entropy: entropy(1),
    fromMs: 1_000,
    forMs: 10_000,
    clients,
    returnsMost: 0,
    client: () => ({ address: IMAP, kind: 'polite', patienceMs: 5_000, holdMs: 100, requests: 1 }),
    report: () => {},
  };
}

for (const kind of Object.keys(ARRIVALS) as ArrivalKind[]) {
  test(`${kind}: within its time, never more than was said, the same for the same seed`, () => {
    const times = planned(kind, 100);
    assert.ok(times.length <= 100 && times.length > 50, `${times.length}`);
    assert.ok(times.every((at) => at >= 1_000 && at <= 11_030));
    assert.deepEqual(planned(kind, 100), times);
  });
}

test('steady is even, a ramp grows, a burst is a few crowds', () => {
  const half = (times: number[]) => times.filter((at) => at <= 6_000).length;
  assert.equal(half(planned('steady', 100)), 50);
  assert.equal(half(planned('ramp', 100)), 25);
  const seconds = new Set(planned('burst', 100).map((at) => Math.floor(at / 100)));
  assert.ok(seconds.size <= 8);
});

test('a storm that nobody serves comes back together, a bounded number of times', () => {
  const stage = new Stage();
  const results: ClientResult[] = [];
  arrivals('storm', {
    ...options(50),
    kernel: stage.kernel,
    returnsMost: 3,
    report: (result) => results.push(result),
  });
  stage.pass(60_000);
  assert.equal(results.length, 50 * 4);
  const waves = new Set(results.map(({ startedAt }) => Math.floor(startedAt / 500)));
  assert.equal(waves.size, 4);
  assert.ok(results.some(({ name }) => name === 'crowd/7/3'));
});

test('a storm that is served does not come back', () => {
  const stage = new Stage();
  stage.worker();
  const results: ClientResult[] = [];
  arrivals('storm', {
    ...options(5),
    kernel: stage.kernel,
    returnsMost: 3,
    report: (result) => results.push(result),
  });
  stage.pass(60_000);
  assert.deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(['greeted', 'served']));
  assert.equal(results.length, 10);
});
