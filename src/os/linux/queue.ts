// How long the accept queue of a listening socket is, and how long it may get. Called by the supervisor loop on
// every wake and after listen(2). TCP answers by getsockopt(2) in 1 µs, unix sockets through sock_diag.ts in 40 µs.
// Never accepts and never reads what waits.

import { readFileSync } from 'node:fs';
import type { Address, Errno, Fd, QueueOutcome } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { isReadable } from './poll.ts';
import { unixQueue } from './sock-diag.ts';
import {
  IPPROTO_TCP,
  TCP_INFO,
  TCP_INFO_WORDS,
  TCP_LISTEN,
  TCPI_SACKED_WORD,
  TCPI_UNACKED_WORD,
} from './structs.ts';

const tcpInfo = new Uint32Array(new ArrayBuffer(TCP_INFO_WORDS * 4));
/** tcpi_state is the first byte. */
const tcpState = new Uint8Array(tcpInfo.buffer, 0, 1);
const tcpInfoBytes = new Uint32Array(new ArrayBuffer(4));

export function queueOf(fd: Fd, address: Address, socketInode: number, backlog: number): QueueOutcome {
  // Not FIONREAD: it tells the size of the first datagram, which may be 0.
  if (address.transport === 'datagram') return { ok: true, length: isReadable(fd) ? 1 : 0, limit: 0 };
  if (address.family !== 'unix') return tcpQueue(fd);
  const answer = unixQueue(socketInode);
  return answer.ok || !isWithoutDiag(answer.errno) ? answer : guess(fd, backlog);
}

/** tcp(7); net/ipv4/tcp.c, tcp_get_info: on a LISTENING socket these two fields carry the queue and its limit. */
function tcpQueue(fd: Fd): QueueOutcome {
  tcpInfoBytes[0] = tcpInfo.byteLength;
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcpInfo, tcpInfoBytes) !== 0) {
    return { ok: false, errno: lastErrno() };
  }
  if (tcpState[0] !== TCP_LISTEN) return { ok: false, errno: 'EINVAL' };
  return {
    ok: true,
    length: tcpInfo[TCPI_UNACKED_WORD] as number,
    limit: tcpInfo[TCPI_SACKED_WORD] as number,
  };
}

/** A kernel without unix_diag, or a sandbox that forbids netlink. */
function isWithoutDiag(errno: Errno): boolean {
  return errno === 'EAFNOSUPPORT' || errno === 'EPROTONOSUPPORT' || errno === 'EPERM' || errno === 'EACCES';
}

/** Without unix_diag the master still sees that somebody waits, though not how many. */
function guess(fd: Fd, backlog: number): QueueOutcome {
  return { ok: true, length: isReadable(fd) ? 1 : 0, limit: Math.min(backlog, somaxconn()) };
}

function somaxconn(): number {
  return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
}
