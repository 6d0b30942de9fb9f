// The memory layout of what the kernel reads and writes, and the numbers of its headers. Layouts are computed by
// koffi for this machine's ABI and their sizes asserted at load: an unknown ABI stops the start, it never
// corrupts memory. Called by the files of os/linux; holds no behaviour.

import koffi, { type TypeObject } from 'koffi';
import { assert } from '../../lib/assert.ts';

// Kernel headers, the same on every 64-bit Linux that koffi and Node support (include/uapi).
export const POLLIN = 0x1;
export const POLLNVAL = 0x20;
export const O_RDWR = 0o2;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_DUPFD_CLOEXEC = 1030;
export const FD_CLOEXEC = 1;
export const F_OFD_SETLK = 37;
export const F_WRLCK = 1;

export const EPOLLIN = 0x1;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SHUT_RDWR = 2;
export const SOCK_NONBLOCK = O_NONBLOCK;
export const SOCK_CLOEXEC = O_CLOEXEC;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const IPPROTO_TCP = 6;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const TCP_INFO = 11;
/** tcpi_state, include/net/tcp_states.h */
export const TCP_LISTEN = 10;
export const MSG_DONTWAIT = 0x40;

export const NETLINK_SOCK_DIAG = 4;
export const SOCK_DIAG_BY_FAMILY = 20;
export const NLM_F_REQUEST = 1;
export const NLMSG_ERROR = 2;
export const UDIAG_SHOW_RQLEN = 0x10;
export const UNIX_DIAG_RQLEN = 4;
export const UNIX_DIAG_SHUTDOWN = 6;

export const P_PID = 1;
export const P_PIDFD = 3;
export const WNOHANG = 1;
export const WEXITED = 4;
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
/** System call numbers: from 424 on they are the same on every architecture. */
export const SYS_PIDFD_SEND_SIGNAL = 424;
export const SYS_PIDFD_OPEN = 434;

/** struct epoll_event is packed on x86-64 only (bits/epoll.h). The tag is two opaque words to the kernel. */
const epollEvent = (process.arch === 'x64' ? koffi.pack : koffi.struct)({
  events: 'uint32_t',
  data: 'uint64_t',
});

const siginfo = koffi.struct({
  si_signo: 'int',
  si_errno: 'int',
  si_code: 'int',
  padding: 'int',
  si_pid: 'int',
  si_uid: 'unsigned int',
  si_status: 'int',
});

const flock = koffi.struct({
  l_type: 'short',
  l_whence: 'short',
  l_start: 'long',
  l_len: 'long',
  l_pid: 'int',
});

/** The head of struct tcp_info (linux/tcp.h); on a LISTENING socket `unacked` is the queue, `sacked` its limit. */
const tcpInfo = koffi.struct({
  bytes: koffi.array('uint8_t', 8),
  words: koffi.array('uint32_t', 4),
  unacked: 'uint32_t',
  sacked: 'uint32_t',
});

/** A netlink request for one unix socket: struct nlmsghdr, then struct unix_diag_req (linux/unix_diag.h). */
const unixDiagRequest = koffi.struct({
  length: 'uint32_t',
  type: 'uint16_t',
  flags: 'uint16_t',
  sequence: 'uint32_t',
  port: 'uint32_t',
  family: 'uint8_t',
  protocol: 'uint8_t',
  padding: 'uint16_t',
  states: 'uint32_t',
  inode: 'uint32_t',
  show: 'uint32_t',
  cookie: koffi.array('uint32_t', 2),
});

const words = (type: TypeObject, member: string) => koffi.offsetof(type, member) / 4;

export const POLLFD_BYTES = 8;
export const EPOLL_EVENT_WORDS = koffi.sizeof(epollEvent) / 4;
export const EPOLL_TAG_WORD = words(epollEvent, 'data');

/** siginfo_t is padded to 128 bytes (SI_MAX_SIZE). Offsets in 32-bit words. */
export const SIGINFO_WORDS = 128 / 4;
export const SI_CODE_WORD = words(siginfo, 'si_code');
export const SI_PID_WORD = words(siginfo, 'si_pid');
export const SI_STATUS_WORD = words(siginfo, 'si_status');

/** Of 16 bits; l_type is the first. */
export const FLOCK_WORDS = koffi.sizeof(flock) / 2;

export const TCP_INFO_WORDS = koffi.sizeof(tcpInfo) / 4;
export const TCPI_UNACKED_WORD = words(tcpInfo, 'unacked');
export const TCPI_SACKED_WORD = words(tcpInfo, 'sacked');

export const NLMSGHDR_BYTES = 16;
export const UNIX_DIAG_MSG_BYTES = 16;
export const UNIX_DIAG_REQUEST_BYTES = koffi.sizeof(unixDiagRequest);

export const SOCKADDR_IN_BYTES = 16;
export const SOCKADDR_IN6_BYTES = 28;
/** sa_family_t before sun_path, and the size of sun_path with its final NUL (unix(7)). */
export const SUN_PATH_OFFSET = 2;
export const SUN_PATH_BYTES = 108;
/** Room for any address that the kernel returns (struct sockaddr_storage). */
export const SOCKADDR_BYTES = 128;

/** Opaque types of glibc: 128, 336 and 80 bytes on 64-bit machines; the room is generous, for they only grow. */
export const SIGSET_BYTES = 128;
export const SPAWN_ATTRIBUTES_BYTES = 1024;
export const SPAWN_ACTIONS_BYTES = 512;

assert(process.platform === 'linux', 'preforkd runs on Linux only', { platform: process.platform });
assert(koffi.sizeof('long') === 8, 'a 64-bit machine is needed', { long: koffi.sizeof('long') });
assert(EPOLL_EVENT_WORDS === (process.arch === 'x64' ? 3 : 4), 'struct epoll_event', { EPOLL_EVENT_WORDS });
assert(koffi.offsetof(siginfo, 'si_status') === 24, 'siginfo_t');
assert(koffi.offsetof(flock, 'l_type') === 0 && koffi.sizeof(flock) === 32, 'struct flock');
assert(koffi.offsetof(tcpInfo, 'unacked') === 24 && koffi.sizeof(tcpInfo) === 32, 'struct tcp_info');
assert(UNIX_DIAG_REQUEST_BYTES === 40, 'struct unix_diag_req', { UNIX_DIAG_REQUEST_BYTES });
