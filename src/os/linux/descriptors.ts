// Reading and closing the descriptors that the master holds: channels, outputs, notify sockets, connections.
// Called by the supervisor loop. Never waits: the descriptors are non-blocking, or were found readable.

import { assert } from '../../lib/assert.ts';
import type { Errno, Fd, ReadOutcome } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { F_DUPFD_CLOEXEC } from './structs.ts';

/** More than this is never read at once: reads are of messages and of lines. */
const READ_BYTES_MAX = 65_536;

const scratch = new Uint8Array(READ_BYTES_MAX);
const EMPTY: ReadOutcome = { kind: 'empty' };
const END: ReadOutcome = { kind: 'end' };

export function read(fd: Fd, maxBytes: number): ReadOutcome {
  const count = libc.read(fd, scratch, Math.min(maxBytes, READ_BYTES_MAX));
  // A copy, because the scratch memory is overwritten by the next read.
  if (count > 0) return { kind: 'data', bytes: scratch.slice(0, count) };
  if (count === 0) return END;
  const errno = lastErrno();
  assert(errno !== 'EBADF', 'read from a closed fd', { fd });
  return errno === 'EAGAIN' || errno === 'EINTR' ? EMPTY : { kind: 'failed', errno };
}

/** Linux closes the descriptor whatever close(2) says: EINTR and EIO count as closed, and are never retried. */
export function close(fd: Fd): void {
  if (libc.close(fd) === 0) return;
  const errno = lastErrno();
  assert(errno !== 'EBADF', 'an fd closed twice', { fd });
}

/** A second number for `fd`, at `least` or above, closed on exec. */
export function duplicate(fd: Fd, least: number): { ok: true; fd: Fd } | { ok: false; errno: Errno } {
  const copy = libc.fcntl(fd, F_DUPFD_CLOEXEC, least);
  if (copy >= 0) return { ok: true, fd: copy };
  const errno = lastErrno();
  assert(errno !== 'EBADF', 'a closed fd was to be duplicated', { fd });
  return { ok: false, errno };
}
