// The system calls that Node lacks and a worker needs, through koffi; the only file of the SDK that loads it.
// fcntl(F_DUPFD_CLOEXEC): net.Server closes the descriptor it listens on, and fd 4 must outlive many servers.
// prctl(PR_SET_PDEATHSIG): the kernel tells us when the master's supervisor thread has died.
// getsockopt(TCP_INFO): how long a client was queued.
// koffi is most of what the SDK adds to Node's start-up (bench/micro/sdk-startup.ts), hence nothing else is bound.

import koffi from 'koffi';

const F_DUPFD_CLOEXEC = 1030;
const PR_SET_PDEATHSIG = 1;
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** struct tcp_info (linux/tcp.h) as 32-bit words: tcpi_last_ack_recv is the fifteenth. */
const LAST_ACK_RECV_WORD = 14;
const TCP_INFO_BYTES = (LAST_ACK_RECV_WORD + 1) * Uint32Array.BYTES_PER_ELEMENT;

const libc = koffi.load(null);
const fcntl = libc.func('int fcntl(int fd, int command, ...)');
const prctl = libc.func(
  'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
);

const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)');

const tcpInfo = new Uint32Array(TCP_INFO_BYTES / Uint32Array.BYTES_PER_ELEMENT);

/**
 * Milliseconds since the client of the connection `fd` was last heard. Right after accept: since it was queued, or since
 * the last of what it sent meanwhile. undefined where there is no TCP.
 */
export function lastHeardMs(fd: number): number | undefined {
  const length = new Uint32Array([TCP_INFO_BYTES]);
  const failed: number = getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcpInfo, length);
  return failed === 0 && length[0] === TCP_INFO_BYTES ? tcpInfo[LAST_ACK_RECV_WORD] : undefined;
}

/** A duplicate of `fd`, numbered above `fd`, closed on exec. Throws when the process is out of descriptors. */
export function duplicate(fd: number): number {
  const copy: number = fcntl(fd, F_DUPFD_CLOEXEC, 'int', fd + 1);
  if (copy < 0) throw new Error(`fcntl(${fd}, F_DUPFD_CLOEXEC): errno ${koffi.errno()}`);
  return copy;
}

/** Asks for `signal` when the thread that spawned us ends. Fails only on a bad signal number: then it throws. */
export function signalOnParentDeath(signal: number): void {
  const failed: number = prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
  if (failed !== 0) throw new Error(`prctl(PR_SET_PDEATHSIG, ${signal}): errno ${koffi.errno()}`);
}
