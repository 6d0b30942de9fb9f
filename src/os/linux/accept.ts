// accept(2) by the master itself: for inetd-style services, and to turn away whoever waits at a socket that was shut
// down. Never waits, though listening sockets are blocking.

import { assert } from '../../lib/assert.ts';
import type { Errno, Fd, Os } from '../os.ts';
import { close } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { isReadable } from './poll.ts';
import { SOCK_CLOEXEC } from './structs.ts';

/**
 * shutdown(2) leaves in the queue of a unix socket whom it holds, and nobody would ever tell them. Never waits: an empty
 * queue that is shut down says EINVAL.
 */
export function turnAway(listener: Fd): void {
  for (;;) {
    const client = libc.accept4(listener, null, null, SOCK_CLOEXEC);
    if (client >= 0) close(client);
    else if (lastErrno() !== 'EINTR') return;
  }
}

/** What accept(2) may find in a connection that died while it waited; the next one may be alive. */
const DEAD_CONNECTION: ReadonlySet<Errno> = new Set([
  'EAGAIN',
  'EINTR',
  'ECONNABORTED',
  'EPROTO',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENOPROTOOPT',
  'ENONET',
]);

/** Polled first, because the socket is blocking; free of races, because nobody else accepts for an inetd service. */
export function accept(listener: Fd): ReturnType<Os['accept']> {
  if (!isReadable(listener)) return { kind: 'empty' };
  const fd = libc.accept4(listener, null, null, SOCK_CLOEXEC);
  if (fd >= 0) return { kind: 'accepted', fd };
  const errno = lastErrno();
  assert(errno !== 'EBADF' && errno !== 'ENOTSOCK', 'accept on what is no socket', { listener });
  return DEAD_CONNECTION.has(errno) ? { kind: 'empty' } : { kind: 'failed', errno };
}
