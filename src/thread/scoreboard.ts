// The scoreboard in shared memory (the idea of Apache's scoreboard): one writer, the supervisor thread; readers
// take a consistent copy without ever stopping it. A sequence number guards it (a seqlock): odd while the writer
// is at work, and a reader whose copy spans a change takes another.

import { BOARD_LENGTH } from '../core/board.ts';

export * from '../core/board.ts';

/** The numbers start after one Int32 sequence, padded so that the doubles are aligned. */
const HEADER_BYTES = 8;
const READ_ATTEMPTS_MAX = 50;

export function createScoreboard(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + BOARD_LENGTH * Float64Array.BYTES_PER_ELEMENT);
}

export interface ScoreboardWriter {
  readonly board: Float64Array;
  begin(): void;
  end(): void;
}

export function scoreboardWriter(shared: SharedArrayBuffer): ScoreboardWriter {
  const sequence = new Int32Array(shared, 0, 1);
  return {
    board: new Float64Array(shared, HEADER_BYTES),
    begin: () => void Atomics.add(sequence, 0, 1),
    end: () => void Atomics.add(sequence, 0, 1),
  };
}

/** Copies the board into `copy`. False when the writer was at work during every attempt: the copy may be torn. */
export function readScoreboard(shared: SharedArrayBuffer, copy: Float64Array): boolean {
  const sequence = new Int32Array(shared, 0, 1);
  const board = new Float64Array(shared, HEADER_BYTES);
  for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt += 1) {
    const before = Atomics.load(sequence, 0);
    copy.set(board);
    if (before % 2 === 0 && Atomics.load(sequence, 0) === before) return true;
  }
  return false;
}
