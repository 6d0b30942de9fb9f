// A datagram socket to somebody else's, unix(7), which Node cannot open: the system's log (/dev/log), systemd's notify
// socket. The supervisor thread opens it and keeps it connected, the plane writes to it. Called by thread/entry.ts. It
// never waits: a peer that is not there, or not yet, costs one failed connect(2) a second, a full one its writer an EAGAIN.

import type { Fd } from '../os.ts';
import { encodePeer } from './addresses.ts';
import { libc } from './libc.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './structs.ts';

/** A syslogd that was restarted is another socket at the same path. Nobody tells us, so we connect anew. */
const CONNECT_AGAIN_MS = 1_000;

export interface DatagramSocket {
  /** Stays the same for life, connected or not. */
  readonly fd: Fd;
  /** Connects anew when it is time; `now` is monotonic milliseconds. */
  keep(now: number): void;
}

/** A first `@` is the kernel's abstract name. undefined: no socket can be had, or there cannot be one of this name. */
export function openDatagramSocket(name: string): DatagramSocket | undefined {
  const peer = encodePeer(name);
  if (!peer.ok) return undefined;
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return undefined;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    fd,
    keep: (now) => {
      if (now < dueAt) return;
      dueAt = now + CONNECT_AGAIN_MS;
      // Whether it succeeds is seen by who writes. A failed one leaves the last peer.
      libc.connect(fd, peer.bytes, peer.length);
    },
  };
}
