// The scheduler of generator programs: one actor is one process, or one client. It runs until it yields what it waits
// for; what it waits for wakes it, once, and it runs again in the same moment, after whoever was woken before it.
// A handler of a signal runs when the actor does, before its program goes on.

import { assert } from '../../lib/assert.ts';
import type { Fd } from '../os.ts';
import { Attempt, type Connection, type Connector } from './connections.ts';
import { DescriptorTable, type OpenFile, type Waiter } from './files.ts';
import { type Acceptor, Listener } from './listeners.ts';
import type { Machine } from './machine.ts';
import type { Program, Task, Userland, Wait, Woken } from './program.ts';
import type { Appointment, Happening } from './timeline.ts';

export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string };

type WaitFor<Kind extends Wait['kind']> = Extract<Wait, { kind: Kind }>;

const DONE: Woken = { kind: 'done' };
const TIMEOUT: Woken = { kind: 'timeout' };
const BAD_FD: Woken = { kind: 'failed', errno: 'EBADF' };
/** A program that yields so often without any wait being one spins. */
const YIELDS_PER_RUN_MOST = 100_000;

export abstract class Actor implements Happening, Waiter, Acceptor, Connector {
  readonly table: DescriptorTable;
  protected readonly machine: Machine;
  #task: Task | undefined;
  #wait: Wait | undefined;
  /** Set when it is to run. */
  #woken: Woken | undefined;
  #alarm: Appointment | undefined;
  readonly #alarmed: Happening = { happen: () => this.#timeUp() };
  #files: readonly OpenFile[] = [];
  #attempt: Attempt | undefined;
  readonly #handlers: (() => void)[] = [];
  #halted = false;

  constructor(machine: Machine, table = new DescriptorTable()) {
    this.machine = machine;
    this.table = table;
  }

  /** For the trace. */
  abstract readonly title: string;

  /** Its program has ended, or ended itself by a signal. */
  protected abstract ended(ending: Ending): void;

  /** It has written to its descriptor. */
  wrote(_fd: Fd, _bytes: Uint8Array): void {}

  /** Its first instruction is run after `afterMs`. */
  begin(program: Program, self: Userland, afterMs: number): void {
    this.#task = program(self);
    this.#woken = DONE;
    if (afterMs > 0) this.machine.timeline.at(this.machine.timeline.now + afterMs, this);
    else this.machine.timeline.soon(this);
  }

  /** It runs no more. What it has open is the caller's to close. */
  protected halt(): void {
    this.#leave();
    this.#halted = true;
    this.#task = undefined;
  }

  /** A signal with a handler. */
  protected interrupt(signal: string, handler: () => void): void {
    this.#handlers.push(handler);
    this.#wake({ kind: 'interrupted', signal });
  }

  /** It runs. */
  happen(): void {
    const woken = this.#woken;
    this.#woken = undefined;
    if (this.#halted || woken === undefined) return;
    for (const handler of this.#handlers.splice(0)) handler();
    this.#run(woken);
  }

  #run(first: Woken): void {
    let woken: Woken | undefined = first;
    for (let yields = 0; woken !== undefined && this.#task !== undefined; yields += 1) {
      assert(yields < YIELDS_PER_RUN_MOST, 'a simulated program spins', { who: this.title });
      const step = this.#task.next(woken);
      if (step.done) this.ended({ kind: 'exited', code: step.value & 0xff });
      woken = step.done ? undefined : this.#begin(step.value);
    }
  }

  /** What it gets at once, or undefined: it waits. */
  #begin(wait: Wait): Woken | undefined {
    switch (wait.kind) {
      case 'accept':
        return this.#beginAccept(wait);
      case 'readable':
        return this.#beginPoll(wait, wait.fds, wait.limitMs);
      case 'writable':
        return this.#beginPoll(wait, [wait.fd], undefined);
      case 'connect':
        return this.#beginConnect(wait);
      case 'die':
        this.ended({ kind: 'killed', signal: wait.signal });
        return undefined;
      default:
        return this.#waitFor(wait, wait.kind === 'sleep' ? wait.ms : undefined);
    }
  }

  #waitFor(wait: Wait, limitMs = Number.POSITIVE_INFINITY): undefined {
    this.#wait = wait;
    if (limitMs === Number.POSITIVE_INFINITY) return undefined;
    const { timeline } = this.machine;
    this.#alarm = timeline.at(timeline.now + limitMs, this.#alarmed);
    return undefined;
  }

  #timeUp(): void {
    this.#alarm = undefined;
    this.#wake(this.#wait?.kind === 'sleep' ? DONE : TIMEOUT);
  }

  #beginAccept(wait: WaitFor<'accept'>): Woken | undefined {
    const listener = this.table.get(wait.fd);
    if (!(listener instanceof Listener)) {
      return listener === undefined ? BAD_FD : { kind: 'failed', errno: 'ENOTSOCK' };
    }
    if (listener.shut) return { kind: 'failed', errno: 'EINVAL' };
    const connection = listener.queue.shift();
    if (connection !== undefined) return this.#take(connection);
    if (wait.limitMs === 0) return TIMEOUT;
    listener.waitToAccept(this);
    this.#files = [listener];
    return this.#waitFor(wait, wait.limitMs);
  }

  #take(connection: Connection): Woken {
    const fd = this.table.open(connection.serverEnd);
    // What the queue held.
    connection.serverEnd.release();
    this.machine.accepted(connection, this);
    return { kind: 'connected', fd };
  }

  #beginPoll(wait: Wait, fds: readonly Fd[], limitMs: number | undefined): Woken | undefined {
    const files: OpenFile[] = [];
    for (const fd of fds) {
      const file = this.table.get(fd);
      if (file === undefined) return BAD_FD;
      if (wait.kind === 'writable' ? file.writable : file.readable) return DONE;
      files.push(file);
    }
    if (limitMs === 0) return TIMEOUT;
    this.#files = files;
    for (const file of files) file.watch(this);
    return this.#waitFor(wait, limitMs);
  }

  #beginConnect(wait: WaitFor<'connect'>): undefined {
    this.#waitFor(wait);
    this.#attempt = new Attempt(this.machine, this.title, wait.address, wait.limitMs, this);
    this.#attempt.send();
  }

  connected(connection: Connection): void {
    this.#wake({ kind: 'connected', fd: this.table.open(connection.clientEnd) });
  }

  refused(errno: string): void {
    this.#wake({ kind: 'failed', errno });
  }

  accepted(connection: Connection): void {
    this.#wake(this.#take(connection));
  }

  shut(errno: string): void {
    this.#wake({ kind: 'failed', errno });
  }

  stirred(file: OpenFile): void {
    if (this.#wait?.kind === 'writable' ? file.writable : file.readable) this.#wake(DONE);
  }

  #wake(woken: Woken): void {
    if (this.#halted || this.#woken !== undefined) return;
    this.#leave();
    this.#woken = woken;
    this.machine.timeline.soon(this);
  }

  /** It waits for nothing any more. */
  #leave(): void {
    if (this.#alarm !== undefined) this.machine.timeline.cancel(this.#alarm);
    this.#alarm = undefined;
    for (const file of this.#files) {
      if (this.#wait?.kind === 'accept') (file as Listener).leave(this);
      else file.unwatch(this);
    }
    this.#files = [];
    this.#attempt?.cancel();
    this.#attempt = undefined;
    this.#wait = undefined;
  }
}
