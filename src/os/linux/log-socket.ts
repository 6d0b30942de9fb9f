// The way to the system's log: a datagram socket to /dev/log, unix(7), which Node cannot open. The supervisor thread
// opens it and keeps it connected, the plane writes to it. Called by thread/entry.ts. It never waits: a log that is
// not there, or not there yet, costs one failed connect(2) a second, and a full one an EAGAIN for who writes.

import type { Fd } from '../os.ts';
import { encodeAddress } from './addresses.ts';
import { libc } from './libc.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './structs.ts';

/** A syslogd that was restarted is another socket at the same path. Nobody tells us, so we connect anew. */
const CONNECT_AGAIN_MS = 1_000;

export interface LogSocket {
  /** Stays the same for life, connected or not. */
  readonly fd: Fd;
  /** Connects anew when it is time; `now` is monotonic milliseconds. */
  keep(now: number): void;
}

/** undefined when no socket can be had, or when there cannot be one at this path. */
export function openLogSocket(path: string): LogSocket | undefined {
  const name = encodeAddress({ family: 'unix', transport: 'datagram', path });
  if (!name.ok) return undefined;
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return undefined;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    fd,
    keep: (now) => {
      if (now < dueAt) return;
      dueAt = now + CONNECT_AGAIN_MS;
      // Whether it succeeds is seen by who writes. A failed one leaves the last peer.
      libc.connect(fd, name.bytes, name.length);
    },
  };
}
