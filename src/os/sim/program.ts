// What runs in a simulated process: a generator that hands the processor back at each `yield`, saying what it waits
// for. Between two yields no time passes. Clients are such tasks too, on another machine: same calls, no parent.
// The kernel is in kernel.ts; the programs that the simulator knows are in programs/.

import type { Entropy } from '../../lib/entropy.ts';
import type { Address, Errno, Fd, ReadOutcome } from '../os.ts';

/** Its value is the exit code; a client's means nothing. */
export type Task = Generator<Wait, number, Woken>;

export type Program = (self: Userland) => Task;

export type Wait =
  | { readonly kind: 'sleep'; readonly ms: number }
  /**
   * accept(2), blocking. One connection wakes one of those that wait, drawn by the kernel. `limitMs` 0 does not wait:
   * 'timeout' when nobody is queued.
   */
  | { readonly kind: 'accept'; readonly fd: Fd; readonly limitMs?: number }
  /**
   * Until one of `fds` has data, a datagram, an end, or is hung up; a listening socket, while somebody is queued or
   * when it is shut down. All who wait are woken, as by poll(2).
   */
  | { readonly kind: 'readable'; readonly fds: readonly Fd[]; readonly limitMs?: number }
  /** Until a pipe has room again. */
  | { readonly kind: 'writable'; readonly fd: Fd }
  /** connect(2), blocking. A SYN that finds the queue full is sent again after 1, 3, 7, ... s (tcp(7)). */
  | { readonly kind: 'connect'; readonly address: Address; readonly limitMs: number }
  /** Only a signal wakes it. */
  | { readonly kind: 'forever' }
  /** It ends itself by this signal; never resumed. */
  | { readonly kind: 'die'; readonly signal: string };

export type Woken =
  /** The sleep is over; something is readable or writable. */
  | { readonly kind: 'done' }
  | { readonly kind: 'timeout' }
  /** accept or connect: the new descriptor. */
  | { readonly kind: 'connected'; readonly fd: Fd }
  /** accept: EINVAL when the socket was shut down. connect: ECONNREFUSED, ENOENT, EAGAIN (unix), ECONNRESET, ETIMEDOUT. */
  | { readonly kind: 'failed'; readonly errno: Errno }
  /** A signal with a handler came; the handler has run. */
  | { readonly kind: 'interrupted'; readonly signal: string };

export type Disposition = 'default' | 'ignore' | (() => void);

/** The system calls that a task makes without waiting. */
export interface Userland {
  /** 0 for a client. */
  readonly pid: number;
  readonly argv: readonly string[];
  /** NAME -> value, as the spawn request gave it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Draws of this task alone. */
  readonly entropy: Entropy;
  /** CLOCK_MONOTONIC, ms. */
  now(): number;
  /** Its parent has ended: it belongs to init now. */
  orphaned(): boolean;
  /** Dispositions are default at the start, as after exec. SIGKILL cannot be handled. */
  handle(signal: string, disposition: Disposition): void;
  /** How many bytes were taken: all, if at most PIPE_BUF (atomic), EAGAIN if there is no room; EPIPE, EBADF. */
  write(fd: Fd, bytes: Uint8Array): number | Errno;
  read(fd: Fd, maxBytes: number): ReadOutcome;
  close(fd: Fd): void;
  /** shutdown(2), both directions: on a listening socket, everybody who shares it accepts nothing any more. */
  shutdown(fd: Fd): void;
  /** listen(2) on a bound socket, also to open it again. */
  listen(fd: Fd, backlog: number): Errno | undefined;
  /** One datagram to a unix socket's path (sd_notify). */
  sendDatagram(path: string, bytes: Uint8Array): 'sent' | Errno;
  /** One datagram from a socket of its own to a service; a full receive buffer loses it. ECONNREFUSED: nobody is bound there. */
  sendTo(address: Address, bytes: Uint8Array): 'sent' | Errno;
  /** A child with all descriptors, in the same process group. Nobody waits for it: init does when its parent has ended. */
  fork(program: Program): number;
}

/** Sleeps; cut short by a signal that has a handler. */
export function* sleep(ms: number): Generator<Wait, Woken, Woken> {
  return yield { kind: 'sleep', ms };
}

/** Sleeps the whole time, whatever signals come (their handlers run). */
export function* sleepThrough(self: Userland, ms: number): Generator<Wait, void, Woken> {
  const until = self.now() + ms;
  while (self.now() < until) yield { kind: 'sleep', ms: until - self.now() };
}
