// How many workers may be starting at once, over all services: too many at a time only make each other slow.
// Additive increase, multiplicative decrease (Chiu and Jain, 1989): +1 per start that was on time, x0.8 when the
// start-up time exceeds 1.5 times its service's rolling minimum. Where living workers finish nothing, those that start
// have the processors for themselves, and one of them would idle below the floor (adr/0009). Pure but for its own number.

export interface StartCap {
  /** A fraction is kept between steps; the cap is its whole part. */
  level: number;
  /** Half of what it began with, and one: as many as there are processors and one more, by default. */
  readonly floor: number;
  readonly most: number;
  /** When a start was slow, monotonic ms. */
  slowAt: number;
}

const SLOW_START_FACTOR = 1.5;
const DECREASE = 0.8;
export const START_CAP_MIN = 1;
/** Then a start is tried again, and shows what has become of it. */
const SLOW_BELIEVED_MS = 2_000;

export function createStartCap(initial: number, most: number): StartCap {
  const level = Math.max(START_CAP_MIN, Math.min(initial, most));
  return { level, floor: Math.min(level, Math.floor(level / 2) + 1), most, slowAt: Number.NEGATIVE_INFINITY };
}

export function capOf(cap: StartCap): number {
  return Math.floor(cap.level);
}

/** Starts were slow a moment ago, though they came one at a time: others have the processors. */
export function isExhausted(cap: StartCap, now: number): boolean {
  return cap.most > START_CAP_MIN && capOf(cap) <= START_CAP_MIN && now < cap.slowAt + SLOW_BELIEVED_MS;
}

/** For a service whose living workers will finish `released` clients while a new one starts. */
export function capFor(cap: StartCap, released: number): number {
  return released > 0 ? capOf(cap) : Math.max(cap.floor, capOf(cap));
}

/** A worker of a service whose quickest recent start took `minimumMs` has started in `startupMs`. */
export function startObserved(cap: StartCap, startupMs: number, minimumMs: number, now: number): void {
  const slow = startupMs > SLOW_START_FACTOR * minimumMs;
  if (slow) cap.slowAt = now;
  cap.level = slow ? Math.max(START_CAP_MIN, cap.level * DECREASE) : Math.min(cap.most, cap.level + 1);
}

/** A silent worker whose start could not be timed, but that lives: the cap may grow, it can't learn. */
export function startPresumed(cap: StartCap): void {
  cap.level = Math.min(cap.most, cap.level + 1);
}
