// THE PORT: everything that the core can see of the world. Implemented by os/linux (koffi) and os/sim; os/chaos.ts may
// stand between. Every call is synchronous and returns at once, but for poll. Operating errors are returned values;
// an implementation throws only on our own contradictions (a bad fd number of ours).
// Every promise made here is a case of the contract suite in test/contract.

/** A file descriptor of the master. */
export type Fd = number;

/** The name of an errno, as in errno(3): 'EAGAIN'. A number without a known name is 'E123'. */
export type Errno = string;

export type Signal = 'SIGTERM' | 'SIGKILL' | 'SIGHUP' | 'SIGABRT' | 'SIGCONT' | 'SIGUSR1';

export type Family = 'ipv4' | 'ipv6' | 'unix';

export type Transport = 'stream' | 'datagram';

/** Where a service listens; one bound socket each. */
export type Address =
  | {
      readonly family: 'ipv4' | 'ipv6';
      readonly transport: Transport;
      readonly host: string;
      readonly port: number;
    }
  | { readonly family: 'unix'; readonly transport: Transport; readonly path: string };

export type PollOutcome =
  /** At least one of the fds is readable (or at its end, or in error): those, in the order of the poll set. */
  | { readonly kind: 'ready'; readonly fds: readonly Fd[] }
  | { readonly kind: 'timeout' }
  /** EINTR or EAGAIN: nothing is known; the caller tries again. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly errno: Errno };

export type ReadOutcome =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** Nothing there now (EAGAIN), or interrupted. */
  | { readonly kind: 'empty' }
  /** Every writer has closed. */
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly errno: Errno };

/** A user as the system knows him: the name for his groups. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export type OpenOutcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly errno: Errno };

/** Both ends of a pipe. `read` is non-blocking. Both are closed on exec. */
export type PipeOutcome = OpenOutcome<{ readonly read: Fd; readonly write: Fd }>;

export interface SpawnRequest {
  /** Absolute path of the program. */
  readonly path: string;
  /** argv, argv[0] included. */
  readonly argv: readonly string[];
  /** The whole environment, NAME=value. */
  readonly environment: readonly string[];
  /** Working directory; the master's own when absent. */
  readonly cwd?: string;
  /** The child's descriptors by position: 0 stdin, 1 stdout, 2 stderr, ... 'null' is /dev/null. Nothing else is inherited. */
  readonly descriptors: readonly (Fd | 'null')[];
}

export type SpawnOutcome =
  /** The exec has succeeded. The child leads its own process group; signal mask empty, dispositions default. */
  | { readonly kind: 'spawned'; readonly pid: number; readonly pidfd: Fd }
  /** No process exists. `errno` of fork or of exec; `stage` says which part of the request it is about. */
  | { readonly kind: 'failed'; readonly errno: Errno; readonly stage: 'fork' | 'exec' };

/** No child of ours, as a rule: its pidfd can be polled and signalled, not waited for. */
export interface GroupMember {
  readonly pid: number;
  readonly pidfd: Fd;
}

export type WaitOutcome =
  | { readonly kind: 'running' }
  /** `code` 0..255. The child is reaped. */
  | { readonly kind: 'exited'; readonly code: number }
  /** Ended by a signal, by name ('SIGSEGV'). The child is reaped. */
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'failed'; readonly errno: Errno };

export interface ListenOptions {
  readonly backlog: number;
  /** Unix sockets: permission bits (0777 when absent, as in Cyrus) and owner of the path. */
  readonly mode?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** A name that LISTEN_FDNAMES may give the socket when systemd started us. */
  readonly name: string;
}

export type ListenOutcome = OpenOutcome<{
  readonly fd: Fd;
  /** What the kernel granted: min(backlog, net.core.somaxconn); 0 for datagram sockets. */
  readonly effectiveBacklog: number;
  /** The address really bound: a port 0 has become a number. */
  readonly address: Address;
  /** True when the socket was inherited through LISTEN_FDS. */
  readonly inherited: boolean;
}>;

/** The accept queue of a listening socket. Datagram sockets: length is 1 when a datagram waits, limit 0. */
export type QueueOutcome = OpenOutcome<{ readonly length: number; readonly limit: number }>;

export interface Os {
  /** Readable when the plane has written to it. */
  readonly wakeFd: Fd;
  /** The epoll instance that holds all worker channels, outputs and pidfds; itself an entry of the poll set. */
  readonly epollFd: Fd;

  /** CLOCK_MONOTONIC in milliseconds, with fractions. Deadlines are in this clock. */
  now(): number;
  /** CLOCK_REALTIME in milliseconds since 1970. May jump; only for EVENTS at wall-clock times and for reports. */
  wallClock(): number;
  /** The first occurrence of a five-field cron pattern after `afterWallMs`, in local time; undefined when none exists. */
  nextOccurrence(pattern: string, afterWallMs: number): number | undefined;

  /** poll(2) for readability. `timeoutMs` is rounded up to whole milliseconds; 0 does not wait; Infinity waits for ever. */
  poll(fds: readonly Fd[], timeoutMs: number): PollOutcome;
  /** Makes the wake fd unreadable again. */
  clearWake(): void;

  /** Adds `fd` to the epoll instance (level-triggered, readable or hung up) under `tag`, an integer below 2^53. */
  epollAdd(fd: Fd, tag: number): void;
  /** Removes `fd`. Must be called before the fd is closed: a descriptor shared with a child would stay in the set. */
  epollRemove(fd: Fd): void;
  /** Tags that are readable now, at most `max`; does not wait. */
  epollReady(max: number): readonly number[];

  /** The status channel: `write` is opened so that it keeps a reader while any holder lives (the worker never gets EPIPE) and never blocks its writer. */
  openChannel(): PipeOutcome;
  /** A plain pipe for stdout or stderr. `write` blocks its writer when the pipe is full. */
  openOutput(): PipeOutcome;
  /** A datagram socket for sd_notify(3), bound to a path of its own that only `owner` (and root) may write to. */
  openNotify(owner: { readonly uid: number; readonly gid: number } | undefined): OpenOutcome<{
    readonly fd: Fd;
    readonly path: string;
  }>;
  /** Removes the path of a notify socket and closes its fd. */
  closeNotify(fd: Fd, path: string): void;
  /**
   * Makes `text` the content of a file (made when it is missing) and keeps it locked against other processes until the
   * fd is closed. EAGAIN: another holds the lock, and nothing was changed. A symbolic link is not followed: ELOOP.
   */
  lockFile(path: string, text: string): OpenOutcome<{ readonly fd: Fd }>;
  /**
   * The whole process becomes this user, with his groups, for good. Ports below 1024 can still be bound here, and by no
   * child. Being him already is 'done'; who may not is left as he was: EPERM.
   */
  becomeUser(user: User): 'done' | Errno;
  /** One read(2) of at most `maxBytes`; from a datagram socket, one datagram. */
  read(fd: Fd, maxBytes: number): ReadOutcome;
  close(fd: Fd): void;

  spawn(request: SpawnRequest): SpawnOutcome;
  /** Collects a child through its pidfd, without waiting. Never touches a child that is not ours. */
  wait(pidfd: Fd): WaitOutcome;
  /** Signals the very process behind the pidfd: a reused pid is never hit. 'ESRCH' when it is gone. */
  signal(pidfd: Fd, signal: Signal): 'sent' | Errno;
  /** Signals the process group that the unreaped child `pid` leads. Only valid before wait() has reaped it. */
  signalGroup(pid: number, signal: Signal): 'sent' | Errno;

  /**
   * Everybody who lives in a process group, with a pidfd each, which is the caller's to close; who cannot be had for want of
   * descriptors is left out. Whose the group is, is the caller's to know: its number comes back when nobody is in it any
   * more, so it is ours while a child of ours that leads it is unreaped, or while one lives in it whom we knew before.
   */
  groupMembers(group: number): readonly GroupMember[];

  /** Binds and listens; or takes the matching socket of LISTEN_FDS. A stale unix socket is replaced only when nobody listens on it. */
  listen(address: Address, options: ListenOptions): ListenOutcome;
  /**
   * Makes the kernel refuse clients (ECONNREFUSED): processes that hold the listening socket too accept nothing on it
   * any more (EINVAL). Until somebody calls listen(2) on it again: repeat it while anybody holds it. Of a unix datagram
   * socket, which cannot be shut down, the path is removed instead. Does nothing to one that we inherited: it is not ours.
   */
  refuseClients(fd: Fd, address: Address): void;
  /** Closes our end of a listening socket; a unix path that we made is removed. */
  closeListener(fd: Fd, address: Address): void;
  /**
   * How many connections wait, and how many may: TCP_INFO, NETLINK_SOCK_DIAG for unix sockets, poll(2) for datagrams.
   * EINVAL: the stream socket does not listen any more, for somebody who shares it has called shutdown(2).
   */
  queue(fd: Fd, address: Address): QueueOutcome;
  /** accept4(2), non-blocking in effect; for inetd-style services only. 'empty' when nobody waits. */
  accept(
    fd: Fd,
  ):
    | { readonly kind: 'accepted'; readonly fd: Fd }
    | { readonly kind: 'empty' }
    | { readonly kind: 'failed'; readonly errno: Errno };
}
