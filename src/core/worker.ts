// The record of one worker: a process that the master spawned, of whatever kind. Its state is written by
// core/ledger.ts only. Identity is the serial number and the worker's own channel, never the pid, which can be
// reused or forged.

import type { Fd, Signal } from '../os/os.ts';
import type { ExitReason } from './board.ts';
import type { WorkerKind } from './facts.ts';
import type { Owner } from './owner.ts';
import type { WorkerState } from './worker-states.ts';

/** How the worker talks to us. `ok`: a waiting daemon's "ok\r\n" (Cyrus). */
export type Channel =
  | { readonly kind: 'status'; readonly fd: Fd; rest: Uint8Array }
  | { readonly kind: 'notify'; readonly fd: Fd; readonly path: string }
  | { readonly kind: 'ok'; readonly fd: Fd; heard: string }
  | { readonly kind: 'none' };

export interface OutputStream {
  readonly fd: Fd;
  readonly name: 'stdout' | 'stderr';
  partial: string;
  open: boolean;
}

export interface Worker {
  /** Counts every spawn of this master from 1. */
  readonly serial: number;
  readonly kind: WorkerKind;
  readonly owner: Owner;
  readonly pid: number;
  readonly pidfd: Fd;
  channel: Channel;
  readonly outputs: readonly OutputStream[];
  state: WorkerState;
  /** Connections held now. */
  clients: number;
  /** Connections served so far. */
  uses: number;
  /** Monotonic ms. */
  readonly spawnedAt: number;
  changedAt: number;
  /** Monotonic ms; undefined while it is not busy. Written by session-time.ts. */
  busySince: number | undefined;
  /** How often it told a queue wait: at most once per client. */
  waitsTold: number;
  /** Spawned because clients were queued: its first word then measures its start-up time. */
  readonly onDemand: boolean;
  /** Clients of its service that had been taken by anybody when it was spawned. */
  readonly takenBefore: number;
  spoken: boolean;
  /** A foreign pid or an unknown word was reported; once per worker is enough for the log. */
  complained: boolean;
  /** To be sent when its start-up time is over: a worker without handlers would die of it (CYRUS.md, weakness 2). */
  signalWhenStarted: Signal | undefined;
  /** A daemon was told by SIGHUP to read its configuration again; if it dies of that, it has not failed. */
  nudged: boolean;
  /** It is killed at `at`, monotonic ms; each new order begins its limit anew. `timerAt`: when it is looked at next; one timer, however often the worker speaks. */
  readonly stopLimit: { at: number; timerAt: number };
  /** Asked to finish: by which signal of ours, why, and how its exit will be counted. */
  told: Told | undefined;
  /** The self-audit has seen its pidfd readable; if it still is at the next visit, an exit was missed. */
  seenEnded: boolean;
  lastStderr: string;
  statusText: string;
  /** Monotonic ms of the last sign of life (sd_notify WATCHDOG=1). */
  watchdogAt: number;
}

export interface Told {
  signal: Signal;
  why: string;
  reason: ExitReason;
  /** It may finish the clients that it has, however long they stay (SIGHUP); else it is killed at its deadline. */
  readonly mayFinish: boolean;
  /** It has a client, as far as it says. */
  serving: boolean;
}

/** What an epoll tag says: which fd of which worker. Two bits below the serial. */
export const TAG = { exit: 0, channel: 1, stdout: 2, stderr: 3 } as const;
const TAGS_PER_WORKER = 4;

export function tagOf(serial: number, part: number): number {
  return serial * TAGS_PER_WORKER + part;
}

export function serialOfTag(tag: number): number {
  return Math.floor(tag / TAGS_PER_WORKER);
}

export function partOfTag(tag: number): number {
  return tag % TAGS_PER_WORKER;
}
