// What a simulated kernel is made from, and what can be done to its world from outside.

import type { Entropy } from '../../lib/entropy.ts';
import type { Address, Errno, Os, SpawnRequest } from '../os.ts';
import type { ChildView, ConnectionView, ListenerView, Observer } from './observer.ts';
import type { Program } from './program.ts';

export interface SimOptions {
  readonly entropy: Entropy;
  /**
   * Which program a spawn request runs, or the errno of its exec. The kernel itself answers ENOENT for a `cwd` that
   * is missing and E2BIG for an argument above 128 KiB.
   */
  readonly exec: (request: SpawnRequest, serial: number) => Program | Errno;
  /**
   * What poll says when a signal has come: `linux` tells ready descriptors first, and EINTR only when it would have
   * waited; `solaris` says EINTR even when something is ready, as in the incident.
   */
  readonly interruptions: 'linux' | 'solaris';
  readonly observer: Observer;
  /** CLOCK_REALTIME at the start, ms since 1970. */
  readonly startWallMs: number;
  /** For cron patterns: 'Europe/Berlin'. */
  readonly timezone: string;
  /** net.core.somaxconn */
  readonly somaxconn: number;
  /** Pids are reused from 2 on after this one; small, so that reuse happens. */
  readonly pidMost: number;
  /** Capacity of a pipe, bytes. */
  readonly pipeBytes: number;
  /** RLIMIT_NOFILE of the master. */
  readonly descriptorsMost: number;
  /** What a system call of the master takes, ms; other tasks go on meanwhile. */
  readonly callMs: () => number;
  /** What a spawn takes, ms, until it returns. */
  readonly spawnMs: () => number;
  /** From exec to the program's first instruction, ms: the loader. A signal in this time meets default dispositions. */
  readonly execMs: () => number;
  /** System calls of one turn, from one `turnBegins()` to the next, above which `Unbounded` is thrown. */
  readonly callsPerTurnMost: number;
  readonly tracing: boolean;
  /** Directories of the machine, beside /run, /tmp and /var: parents before their children. */
  readonly directories?: readonly string[];
}

/** Thrown when the master does without end what should be bounded. */
export class Unbounded extends Error {
  override readonly name = 'Unbounded';
}

export interface SimKernel {
  /** The master's port. */
  readonly os: Os;
  now(): number;
  /** Does `act` at virtual time `atMs`, or as soon as time goes on when that is past. */
  at(atMs: number, act: () => void): void;
  /** A client on another machine. `name` is for the trace. */
  startClient(name: string, program: Program): void;
  /** Counts the master's system calls anew. */
  turnBegins(): void;
  /** One signal hits the master; it interrupts poll as `interruptions` says. */
  signalMaster(): void;
  /** What the plane does: one write to the wake fd. */
  wake(): void;
  /** CLOCK_REALTIME jumps, forward or back. */
  jumpWallClock(ms: number): void;
  /** The master's next system call takes that much longer (a stopped or starved master); all others go on. */
  stall(ms: number): void;
  /** From outside: the OOM killer, an administrator. */
  kill(pid: number, signal: string): void;
  /** A process of somebody else, which takes the next free pid for `ms`. Returns it. */
  startForeign(ms: number): number;
  /** Unreaped, in the order of their spawns. */
  children(): readonly ChildView[];
  /** Every process that is alive, grandchildren included, but for foreign ones. */
  living(): number;
  listeners(): readonly ListenerView[];
  /** Of clients that are not over. */
  connections(): readonly ConnectionView[];
  /** Open descriptors of the master, with what each is: 'pipe:7', 'socket:12', 'pidfd:31', 'eventfd', 'epoll'. */
  masterDescriptors(): ReadonlyMap<number, string>;
  /** System calls of the master so far. */
  readonly calls: number;
  /** How often epoll has told as many as were asked for: it may have had more to tell, which come first the next time. */
  readonly fullLooks: number;
  /** ms that `stall`, calls and spawns have taken so far: time that passed while the master was not in poll. */
  readonly busyMs: number;
  /** Who listens at `address` now, by anybody. */
  listening(address: Address): boolean;
}
