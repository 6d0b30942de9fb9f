// The small books of the core: timers, roster, histograms and slots of the board.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BOARD_LENGTH,
  MASTER_LENGTH,
  masterView,
  observe,
  SLOTS_MAX,
  STAGES,
  serviceView,
  stageField,
  TURN_BUCKETS,
  turnField,
} from '../../../src/core/board.ts';
import { Roster } from '../../../src/core/roster.ts';
import { Timers } from '../../../src/core/timers.ts';
import { partOfTag, serialOfTag, TAG, tagOf, type Worker } from '../../../src/core/worker.ts';
import { Contradiction } from '../../../src/lib/assert.ts';

test('timers come out as from a sorted array, however they are put in and taken', () => {
  const add = fc.record({ kind: fc.constant('add'), at: fc.nat(1_000) });
  const takeUntil = fc.record({ kind: fc.constant('take'), at: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(fc.oneof(add, takeUntil), { maxLength: 300 }), (steps) => {
      const timers = new Timers();
      let sorted: number[] = [];
      for (const { kind, at } of steps) {
        if (kind === 'add') {
          timers.add({ at, serial: at, purpose: 'kill' });
          sorted = [...sorted, at].sort((first, second) => first - second);
        } else {
          const expected = (sorted[0] ?? Number.POSITIVE_INFINITY) <= at ? sorted.shift() : undefined;
          assert.equal(timers.takeDue(at)?.at, expected);
        }
        assert.equal(timers.size, sorted.length);
        assert.equal(timers.nextAt, sorted[0] ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});

test('a serial number is used once, and a worker leaves the roster once', () => {
  const roster = new Roster();
  const worker = { serial: roster.nextSerial() } as Worker;
  roster.add(worker);
  assert.throws(() => roster.add(worker), Contradiction);
  assert.equal(roster.get(worker.serial), worker);
  roster.remove(worker);
  assert.throws(() => roster.remove(worker), Contradiction);
  assert.equal(roster.nextSerial(), worker.serial + 1);
});

test('the roster can be walked while workers leave and others come', () => {
  const roster = new Roster();
  const add = () => roster.add({ serial: roster.nextSerial() } as Worker);
  for (let count = 0; count < 5; count += 1) add();
  const seen: number[] = [];
  for (const worker of roster.all()) {
    seen.push(worker.serial);
    roster.remove(worker);
    if (worker.serial === 3) add();
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
});

test('a tag says which part of which worker', () => {
  for (const part of Object.values(TAG)) {
    for (const serial of [1, 77, 2 ** 50]) {
      assert.deepEqual([serialOfTag(tagOf(serial, part)), partOfTag(tagOf(serial, part))], [serial, part]);
    }
  }
});

test('the parts of the board do not overlap and fill it', () => {
  const board = new Float64Array(BOARD_LENGTH);
  masterView(board).fill(1);
  for (let slot = 0; slot < SLOTS_MAX; slot += 1) {
    const view = serviceView(board, slot);
    for (let index = 0; index < view.length; index += 1) view[index] = (view[index] ?? 0) + 1;
  }
  assert.ok(board.every((number) => number === 1));
  const lastStage = STAGES.at(-1);
  assert.ok(lastStage && stageField(lastStage) + TURN_BUCKETS.length + 2 === MASTER_LENGTH);
});

test('an observation falls into the first bucket that holds it, or the unbounded one', () => {
  const view = masterView(new Float64Array(BOARD_LENGTH));
  for (const seconds of [0, 0.00001, 0.0000100001, 99]) observe(view, turnField, TURN_BUCKETS, seconds);
  assert.equal(view[turnField], 2);
  assert.equal(view[turnField + 1], 1);
  assert.equal(view[turnField + TURN_BUCKETS.length], 1);
  assert.ok(Math.abs((view[turnField + TURN_BUCKETS.length + 1] ?? 0) - 99.00002) < 1e-6);
});
