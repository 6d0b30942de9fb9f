// The two clocks of the port. Called several times in every turn, hence without allocation.

const [seconds, nanoseconds] = process.hrtime();

/** performance.now() counts CLOCK_MONOTONIC from the start of its thread; this is that start. */
const threadStartMs = seconds * 1000 + nanoseconds / 1e6 - performance.now();

/** CLOCK_MONOTONIC in milliseconds, the same in every thread and process of the machine. */
export function now(): number {
  return threadStartMs + performance.now();
}

export function wallClock(): number {
  return Date.now();
}
