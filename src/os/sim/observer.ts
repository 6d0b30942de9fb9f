// What can be seen of the simulated world from outside, by its oracle: the kernel's truth, which the core never
// sees. Nothing here may change anything.

import type { Address, Fd, Signal, SpawnRequest } from '../os.ts';

/** A process that the master has spawned. */
export interface ChildView {
  /** Counts the master's spawns from 1. */
  readonly serial: number;
  readonly pid: number;
  readonly request: SpawnRequest;
  readonly spawnedAt: number;
  /** zombie: ended, and not waited for yet. */
  readonly state: 'alive' | 'zombie' | 'reaped';
  /** undefined while it lives: 'exit 0', 'signal SIGKILL'. */
  readonly ending: string | undefined;
  /** ms; undefined while it lives. */
  readonly endedAt: number | undefined;
  /** Bytes (or datagrams) in the pipe at its descriptor `fd` that the master has not read. */
  unread(fd: Fd): number;
  /** Datagrams to its NOTIFY_SOCKET that the master has not read. */
  unreadNotifications(): number;
}

/** One attempt of a client to be served. */
export interface ConnectionView {
  readonly id: number;
  readonly client: string;
  readonly address: Address;
  /** First SYN, ms. */
  readonly startedAt: number;
  readonly state: 'connecting' | 'queued' | 'accepted' | 'over';
  /** Since it last entered the accept queue, ms; undefined when it has not. */
  readonly queuedAt: number | undefined;
  readonly acceptedAt: number | undefined;
}

export interface ListenerView {
  readonly address: Address;
  /** The name of ListenOptions. */
  readonly name: string;
  /** Waiting in the accept queue, the longest first. */
  readonly queue: readonly ConnectionView[];
  /** Their SYN was dropped, and they will send it again. */
  readonly dropped: readonly ConnectionView[];
  readonly backlog: number;
  /** Somebody has called shutdown(2) on it, and nobody listen(2) since. */
  readonly shut: boolean;
  /** The master holds it open. */
  readonly ofMaster: boolean;
}

/** Called as it happens. Every method may be left out. */
export interface Observer {
  /** Before the child runs its first instruction; it is alive in `children()` already. */
  spawned?(child: ChildView): void;
  ended?(child: ChildView): void;
  reaped?(child: ChildView): void;
  /** A child has written to its descriptor `fd` (its own number); bytes that were taken. */
  wrote?(child: ChildView, fd: Fd, bytes: Uint8Array): void;
  /** A child has sent a datagram to its NOTIFY_SOCKET. */
  notified?(child: ChildView, bytes: Uint8Array): void;
  /** The master has signalled. `target` is undefined when `pid` is (or leads) nothing that the master has spawned and not reaped. */
  signalled?(signal: Signal, pid: number, target: ChildView | undefined, group: boolean): void;
  /** What a connection has come to. `by`: who accepted it, a child or the master itself. */
  connection?(
    connection: ConnectionView,
    change: 'queued' | 'syn-dropped' | 'refused' | 'reset' | 'accepted' | 'closed',
    by: ChildView | 'master' | undefined,
  ): void;
  /** One line for the trace; only called when a trace is wanted. */
  trace?(atMs: number, line: string): void;
}
