// CLOCK_REALTIME: goes on with the monotonic clock, and jumps when somebody sets it.

export class WallClock {
  /** What it is ahead of the monotonic clock, ms. */
  #aheadMs: number;

  constructor(startWallMs: number, now: number) {
    this.#aheadMs = startWallMs - now;
  }

  at(now: number): number {
    return now + this.#aheadMs;
  }

  jump(ms: number): void {
    this.#aheadMs += ms;
  }
}
