// poll(2) for readability, the one place where the supervisor thread waits. Called once per turn or oftener, hence
// no allocation but the list of ready fds: one buffer, grown when the poll set outgrows it.
// Never retries: EINTR and EAGAIN are told to the loop, which owns the deadline.

import { assert } from '../../lib/assert.ts';
import type { Fd, PollOutcome } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { POLLFD_BYTES, POLLIN, POLLNVAL } from './structs.ts';

const FDS_AT_FIRST = 64;
/** poll(2) takes an int. A longer wait ends early, with 'timeout': the loop's deadline decides anyway. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;
const FOREVER = -1;
/** POLLHUP and POLLERR come unasked and count as readable: the next read tells the end or the error. */
const WANTED = POLLIN;

const TIMEOUT: PollOutcome = { kind: 'timeout' };
const INTERRUPTED: PollOutcome = { kind: 'interrupted' };

/** struct pollfd seen twice: its fd as a 32-bit word, its events and revents as 16-bit ones. */
let words = new Int32Array(0);
let halves = new Int16Array(0);
grow(FDS_AT_FIRST);

function grow(count: number): void {
  const memory = new ArrayBuffer(count * POLLFD_BYTES);
  words = new Int32Array(memory);
  halves = new Int16Array(memory);
}

export function poll(fds: readonly Fd[], timeoutMs: number): PollOutcome {
  const count = fds.length;
  if (count * 2 > words.length) grow(count * 2);
  for (let i = 0; i < count; i++) {
    words[i * 2] = fds[i] as Fd;
    halves[i * 4 + 2] = WANTED;
    halves[i * 4 + 3] = 0;
  }
  const found = libc.poll(words, count, wholeMilliseconds(timeoutMs));
  if (found > 0) return { kind: 'ready', fds: readyOf(fds, found) };
  if (found === 0) return TIMEOUT;
  const errno = lastErrno();
  return errno === 'EINTR' || errno === 'EAGAIN' ? INTERRUPTED : { kind: 'failed', errno };
}

function readyOf(fds: readonly Fd[], found: number): Fd[] {
  const ready: Fd[] = [];
  for (let i = 0; ready.length < found; i++) {
    assert(i < fds.length, 'poll(2) found more fds than it was asked about', { fds, found });
    const events = halves[i * 4 + 3] as number;
    if (events === 0) continue;
    assert((events & POLLNVAL) === 0, 'a closed fd in the poll set', { fd: fds[i], fds });
    ready.push(fds[i] as Fd);
  }
  return ready;
}

/** Rounded up: a deadline that is 0.3 ms away must not become a busy loop. */
function wholeMilliseconds(timeoutMs: number): number {
  assert(!Number.isNaN(timeoutMs), 'a time-out that is no number');
  if (timeoutMs === Number.POSITIVE_INFINITY) return FOREVER;
  return Math.min(TIMEOUT_MS_MAX, Math.max(0, Math.ceil(timeoutMs)));
}

/** Whether reading or accepting from `fd` would not wait. False when nothing is known. */
export function isReadable(fd: Fd): boolean {
  return poll([fd], 0).kind === 'ready';
}
