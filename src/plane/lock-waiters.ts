// Who waits for a file lock, from /proc/locks (proc(5)): a line with "->" is a process that waits behind the lock of the
// line before. Read by the sampler in its rounds; a sampled view only.

import { readFile } from 'node:fs/promises';

/** Pids of our pid namespace; empty where /proc/locks cannot be read. */
export async function readLockWaiters(): Promise<ReadonlySet<number>> {
  try {
    return lockWaiters(await readFile('/proc/locks', 'latin1'));
  } catch {
    return new Set();
  }
}

/** `text` as in /proc/locks: `7: -> POSIX  ADVISORY  WRITE 4711 08:01:131 0 EOF`. */
export function lockWaiters(text: string): ReadonlySet<number> {
  const pids = new Set<number>();
  for (const line of text.split('\n')) {
    const pid = Number(/^\d+: +-> +\S+ +\S+ +\S+ +(\d+) /.exec(line)?.[1]);
    if (pid > 0) pids.add(pid);
  }
  return pids;
}
