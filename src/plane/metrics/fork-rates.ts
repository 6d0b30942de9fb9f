// Forks per second as Cyrus's master estimates them: what happened since the last look, and half of the estimate
// for every second that has passed. From counters that only grow. Used by cyrus.ts at scrape time.

export interface ForkRates {
  /** The estimate, with `forks` so far. 0 at the first look, for nothing is known of the time before. */
  rate(key: string, forks: number): number;
  forget(key: string): void;
}

/** How much of the estimate is left after a second. */
const LEFT_PER_SECOND = 0.5;

export function createForkRates(now: () => number): ForkRates {
  const known = new Map<string, { readonly forks: number; readonly at: number; readonly rate: number }>();
  return {
    rate: (key, forks) => {
      const at = now();
      const last = known.get(key);
      const seconds = last === undefined ? 0 : (at - last.at) / 1000;
      if (last !== undefined && seconds <= 0) return last.rate;
      const left = LEFT_PER_SECOND ** seconds;
      const rate =
        last === undefined ? 0 : left * last.rate + (1 - left) * (Math.max(0, forks - last.forks) / seconds);
      known.set(key, { forks, at, rate });
      return rate;
    },
    forget: (key) => void known.delete(key),
  };
}
