// The processors of the simulated machine, which the simulated kernel does not have: there, to start takes time, and any
// number may start at once. Here who works shares the processors with all others, in turn, a slice at a time, so that two
// hundred starts at once make each other slow. The master and the clients are on none of them: they are never kept waiting.

import { sleepThrough, type Userland, type Wait, type Woken } from '../../../src/os/sim/program.ts';

/** As small as the shortest work: who has little to do is not kept behind those who have much. */
const SLICE_MS = 1;

export class Processors {
  /** When each of them has done all that is asked of it so far. */
  readonly #freeAt: number[];

  constructor(count: number) {
    this.#freeAt = Array.from({ length: count }, () => 0);
  }

  /** Works for `ms` of processor time; how long that takes depends on who else does. */
  *work(self: Userland, ms: number): Generator<Wait, void, Woken> {
    for (let left = ms; left > 0; left -= SLICE_MS) {
      const until = this.#take(self.now(), Math.min(left, SLICE_MS));
      yield* sleepThrough(self, until - self.now());
    }
  }

  /** The next slice on whichever is free first; returns its end. */
  #take(now: number, sliceMs: number): number {
    const first = this.#freeAt.indexOf(Math.min(...this.#freeAt));
    const end = Math.max(now, this.#freeAt[first] ?? now) + sliceMs;
    this.#freeAt[first] = end;
    return end;
  }
}
