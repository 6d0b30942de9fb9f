// The scoreboard's seqlock: a reader gets a whole board or is told that it did not, also with a real second thread.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import {
  BOARD_LENGTH,
  createScoreboard,
  readScoreboard,
  SLOTS_MAX,
  scoreboardWriter,
  usedLength,
} from '../../../src/thread/scoreboard.ts';

test('what was written between begin and end is read', () => {
  const shared = createScoreboard();
  const writer = scoreboardWriter(shared);
  writer.begin();
  writer.copy(new Float64Array(BOARD_LENGTH).fill(7), SLOTS_MAX);
  writer.end();
  const copy = new Float64Array(BOARD_LENGTH);
  assert.equal(readScoreboard(shared, copy), true);
  assert.ok(copy.every((number) => number === 7));
});

test('only the places in use are written and read', () => {
  const shared = createScoreboard();
  const writer = scoreboardWriter(shared);
  const board = new Float64Array(BOARD_LENGTH).fill(7);
  const copy = new Float64Array(BOARD_LENGTH).fill(3);
  for (const slots of [0, 1, 5]) {
    writer.copy(board, slots);
    assert.equal(readScoreboard(shared, copy), true);
    assert.equal(copy.lastIndexOf(7), usedLength(slots) - 1);
  }
  writer.copy(board, SLOTS_MAX);
  readScoreboard(shared, copy);
  assert.ok(!copy.includes(3), 'a place that is taken later is there at once');
});

test('while the writer is at work the copy is not vouched for', () => {
  const shared = createScoreboard();
  const writer = scoreboardWriter(shared);
  writer.begin();
  assert.equal(readScoreboard(shared, new Float64Array(BOARD_LENGTH)), false);
  writer.end();
  assert.equal(readScoreboard(shared, new Float64Array(BOARD_LENGTH)), true);
});

/** Writes boards of one number each, as fast as it can, with a pause in between. */
const WRITER = `
  const { workerData } = require('node:worker_threads');
  const sequence = new Int32Array(workerData, 0, 2);
  sequence[1] = ${SLOTS_MAX};
  const board = new Float64Array(workerData, 8);
  const idle = new Int32Array(new SharedArrayBuffer(4));
  for (let number = 1; number <= 3000; number += 1) {
    Atomics.add(sequence, 0, 1);
    for (let index = 0; index < board.length; index += 1) board[index] = number;
    Atomics.add(sequence, 0, 1);
    if (number % 10 === 0) Atomics.wait(idle, 0, 0, 1);
  }
`;

test('a copy that is vouched for is never torn by a writer in another thread', async () => {
  const shared = createScoreboard();
  const writer = new Worker(WRITER, { eval: true, workerData: shared });
  let running = true;
  const ended = new Promise((resolve) => writer.on('exit', resolve)).then(() => {
    running = false;
  });
  const copy = new Float64Array(BOARD_LENGTH);
  let whole = 0;
  while (running) {
    for (let reads = 0; reads < 50; reads += 1) {
      if (!readScoreboard(shared, copy)) continue;
      whole += 1;
      assert.ok(copy.every((number) => number === copy[0]));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.ok(whole > 0);
  assert.equal(readScoreboard(shared, copy), true);
  assert.equal(copy[0], 3_000);
});
