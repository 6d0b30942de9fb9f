// Lets at most one call per interval through, and says how many were left out: a flood of bad input must not become
// a flood of log lines.

export function throttled<T>(
  intervalMs: number,
  action: (value: T, leftOut: number) => void,
  now: () => number = () => performance.now(),
): (value: T) => void {
  let openAt = 0;
  let leftOut = 0;
  return (value) => {
    if (now() < openAt) {
      leftOut += 1;
      return;
    }
    openAt = now() + intervalMs;
    action(value, leftOut);
    leftOut = 0;
  };
}
