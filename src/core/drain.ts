// The last words of a worker that has ended: its channel and its outputs are read until nothing is left in them, so
// that its exit is accounted in the state it died in, and its last line of stderr is known. Bounded, for a grandchild
// may hold the pipe and go on writing.

import type { Fd } from '../os/os.ts';
import type { Master } from './master.ts';

/** How many bytes one read has brought; `empty`: none, for now; `closed`: nothing comes any more. */
export type Heard = number | 'empty' | 'closed';

/** A dead worker's pipes hold that much at most, pipe(7); a grandchild may go on writing. */
const LAST_BYTES_MAX = 65_536;
/** Reads may be short. */
const LAST_READS_MAX = 1_024;
/** So often in a row a read may say `empty` and poll not say that nothing is there: both are interrupted, or somebody else holds the pipe. */
const LAST_MISSES_MAX = 16;

/**
 * Reads until nothing is left, or a pipe's worth. A read that was interrupted says `empty` as well, and would lose the
 * last words: poll tells one from the other.
 */
export function drain({ os }: Master, fd: Fd, readOnce: () => Heard): void {
  let bytes = 0;
  let misses = 0;
  for (let reads = 0; reads < LAST_READS_MAX && bytes < LAST_BYTES_MAX; reads += 1) {
    const heard = readOnce();
    if (heard === 'closed') return;
    if (heard === 'empty') {
      misses += 1;
      if (misses === LAST_MISSES_MAX || os.poll([fd], 0).kind === 'timeout') return;
    } else {
      bytes += heard;
      misses = 0;
    }
  }
}
