// The scoreboard in shared memory (the idea of Apache's scoreboard): one writer, the supervisor thread; readers
// take a consistent copy without ever stopping it. A sequence number guards it (a seqlock): odd while the writer
// is at work, and a reader whose copy spans a change takes another. Only what is in use is written and copied: most
// masters need a few of the places.

import { BOARD_LENGTH, usedLength } from '../core/board.ts';

export * from '../core/board.ts';

/** The numbers start after two Int32: the sequence, and how many slots are in use (which never becomes less). */
const HEADER_BYTES = 8;
const SEQUENCE = 0;
const SLOTS_USED = 1;
const READ_ATTEMPTS_MAX = 50;

export function createScoreboard(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + BOARD_LENGTH * Float64Array.BYTES_PER_ELEMENT);
}

export interface ScoreboardWriter {
  /** Of both ends: what is written in between is read as a whole, or not at all. */
  begin(): void;
  /** `board`: the core's own; `slotsUsed`: how many of its places it has ever used. */
  copy(board: Float64Array, slotsUsed: number): void;
  end(): void;
}

export function scoreboardWriter(shared: SharedArrayBuffer): ScoreboardWriter {
  const header = new Int32Array(shared, 0, 2);
  const numbers = new Float64Array(shared, HEADER_BYTES);
  return {
    begin: () => void Atomics.add(header, SEQUENCE, 1),
    copy: (board, slotsUsed) => {
      numbers.set(board.subarray(0, usedLength(slotsUsed)));
      Atomics.store(header, SLOTS_USED, slotsUsed);
    },
    end: () => void Atomics.add(header, SEQUENCE, 1),
  };
}

/**
 * Copies what is in use of the board into `copy`; the rest of it is left alone. False when the writer was at work during
 * every attempt: the copy may be torn.
 */
export function readScoreboard(shared: SharedArrayBuffer, copy: Float64Array): boolean {
  const header = new Int32Array(shared, 0, 2);
  for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt += 1) {
    const before = Atomics.load(header, SEQUENCE);
    copy.set(new Float64Array(shared, HEADER_BYTES, usedLength(Atomics.load(header, SLOTS_USED))));
    if (before % 2 === 0 && Atomics.load(header, SEQUENCE) === before) return true;
  }
  return false;
}
