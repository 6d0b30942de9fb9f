// What an actor may wait for: files, a connection that it accepts, one that it asks for. Each says at once what there is
// to say, or is left behind to wake the actor, once. Called by actors.ts, which knows the clock and the signals.

import type { Errno, Fd } from '../os.ts';
import { Attempt, type Connection, type Connector } from './connections.ts';
import type { DescriptorTable, OpenFile, Waiter } from './files.ts';
import { type Acceptor, Listener } from './listeners.ts';
import type { Machine } from './machine.ts';
import type { Wait, Woken } from './program.ts';

/** Who waits. */
export interface Sleeper {
  readonly machine: Machine;
  readonly table: DescriptorTable;
  readonly title: string;
  wake(woken: Woken): void;
  /** It has accepted. */
  took(connection: Connection): void;
}

export interface Pending {
  start(): void;
  stop(): void;
}

export const DONE: Woken = { kind: 'done' };
export const TIMEOUT: Woken = { kind: 'timeout' };
const BAD_FD: Woken = { kind: 'failed', errno: 'EBADF' };

/** Nothing but time or a signal. */
const NOTHING: Pending = { start: () => {}, stop: () => {} };

/** What it gets at once, or what it waits for. */
export function beginWait(sleeper: Sleeper, wait: Wait): Woken | Pending {
  switch (wait.kind) {
    case 'accept':
      return beginAccept(sleeper, wait.fd, wait.limitMs);
    case 'readable':
      return beginPoll(sleeper, wait.fds, false, wait.limitMs);
    case 'writable':
      return beginPoll(sleeper, [wait.fd], true);
    case 'connect':
      return new ConnectWait(sleeper, wait);
    default:
      return NOTHING;
  }
}

/** How long it waits at most, ms. A connection attempt knows its own limit. */
export function limitOf(wait: Wait): number {
  if (wait.kind === 'sleep') return wait.ms;
  if (wait.kind !== 'accept' && wait.kind !== 'readable') return Number.POSITIVE_INFINITY;
  return wait.limitMs ?? Number.POSITIVE_INFINITY;
}

function beginPoll(
  sleeper: Sleeper,
  fds: readonly Fd[],
  toWrite: boolean,
  limitMs?: number,
): Woken | Pending {
  const files: OpenFile[] = [];
  for (const fd of fds) {
    const file = sleeper.table.get(fd);
    if (file === undefined) return BAD_FD;
    if (toWrite ? file.writable : file.readable) return DONE;
    files.push(file);
  }
  return limitMs === 0 ? TIMEOUT : new FileWait(sleeper, files, toWrite);
}

class FileWait implements Pending, Waiter {
  readonly #sleeper: Sleeper;
  readonly #files: readonly OpenFile[];
  readonly #toWrite: boolean;

  constructor(sleeper: Sleeper, files: readonly OpenFile[], toWrite: boolean) {
    this.#sleeper = sleeper;
    this.#files = files;
    this.#toWrite = toWrite;
  }

  start(): void {
    for (const file of this.#files) file.watch(this);
  }

  stop(): void {
    for (const file of this.#files) file.unwatch(this);
  }

  stirred(file: OpenFile): void {
    if (this.#toWrite ? file.writable : file.readable) this.#sleeper.wake(DONE);
  }
}

function beginAccept(sleeper: Sleeper, fd: Fd, limitMs: number | undefined): Woken | Pending {
  const file = sleeper.table.get(fd);
  if (!(file instanceof Listener)) return file === undefined ? BAD_FD : { kind: 'failed', errno: 'ENOTSOCK' };
  const connection = file.queue.shift();
  if (connection !== undefined) return take(sleeper, connection);
  if (file.shut) return { kind: 'failed', errno: 'EINVAL' };
  return limitMs === 0 ? TIMEOUT : new AcceptWait(sleeper, file);
}

function take(sleeper: Sleeper, connection: Connection): Woken {
  const fd = sleeper.table.open(connection.serverEnd);
  // What the queue held.
  connection.serverEnd.release();
  sleeper.took(connection);
  return { kind: 'connected', fd };
}

class AcceptWait implements Pending, Acceptor {
  readonly #sleeper: Sleeper;
  readonly #listener: Listener;

  constructor(sleeper: Sleeper, listener: Listener) {
    this.#sleeper = sleeper;
    this.#listener = listener;
  }

  start(): void {
    this.#listener.waitToAccept(this);
  }

  stop(): void {
    this.#listener.leave(this);
  }

  accepted(connection: Connection): void {
    this.#sleeper.wake(take(this.#sleeper, connection));
  }

  shut(errno: Errno): void {
    this.#sleeper.wake({ kind: 'failed', errno });
  }
}

class ConnectWait implements Pending, Connector {
  readonly #sleeper: Sleeper;
  readonly #attempt: Attempt;

  constructor(sleeper: Sleeper, { address, limitMs }: Extract<Wait, { kind: 'connect' }>) {
    this.#sleeper = sleeper;
    this.#attempt = new Attempt(sleeper.machine, sleeper.title, address, limitMs, this);
  }

  start(): void {
    this.#attempt.send();
  }

  stop(): void {
    this.#attempt.cancel();
  }

  connected(connection: Connection): void {
    this.#sleeper.wake({ kind: 'connected', fd: this.#sleeper.table.open(connection.clientEnd) });
  }

  refused(errno: Errno): void {
    this.#sleeper.wake({ kind: 'failed', errno });
  }
}
