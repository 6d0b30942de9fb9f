// The scheduler of generator programs: one actor is one process, or one client. It runs until it yields what it waits
// for; what it waits for wakes it, once, and it runs again in the same moment, after whoever was woken before it.
// A handler of a signal runs when the actor does, before its program goes on. What can be waited for: waits.ts.

import { assert } from '../../lib/assert.ts';
import type { Fd } from '../os.ts';
import type { Connection } from './connections.ts';
import { DescriptorTable } from './files.ts';
import type { Machine } from './machine.ts';
import type { Program, Task, Userland, Wait, Woken } from './program.ts';
import type { Appointment, Happening } from './timeline.ts';
import { beginWait, DONE, limitOf, type Pending, type Sleeper, TIMEOUT } from './waits.ts';

export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string };

/** A program that yields so often without any wait being one spins. */
const YIELDS_PER_RUN_MOST = 100_000;

export abstract class Actor implements Happening, Sleeper {
  readonly machine: Machine;
  readonly table: DescriptorTable;
  #task: Task | undefined;
  #pending: Pending | undefined;
  /** Set when it is to run. */
  #woken: Woken | undefined;
  #alarm: Appointment | undefined;
  #sleeps = false;
  readonly #alarmed: Happening = { happen: () => this.#timeUp() };
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

  took(connection: Connection): void {
    this.machine.accepted(connection, this);
  }

  /** Its first instruction is run after `afterMs`. */
  begin(program: Program, self: Userland, afterMs: number): void {
    this.#task = program(self);
    this.#woken = DONE;
    const { timeline } = this.machine;
    if (afterMs > 0) timeline.at(timeline.now + afterMs, this);
    else timeline.soon(this);
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
    this.wake({ kind: 'interrupted', signal });
  }

  /** The first that comes counts: it runs soon, and waits for nothing else. */
  wake(woken: Woken): void {
    if (this.#halted || this.#woken !== undefined) return;
    this.#leave();
    this.#woken = woken;
    this.machine.timeline.soon(this);
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

  /** What it gets at once, or undefined: it waits, or has ended. */
  #begin(wait: Wait): Woken | undefined {
    if (wait.kind === 'die') {
      this.ended({ kind: 'killed', signal: wait.signal });
      return undefined;
    }
    const outcome = beginWait(this, wait);
    if ('kind' in outcome) return outcome;
    this.#pending = outcome;
    this.#sleeps = wait.kind === 'sleep';
    const limitMs = limitOf(wait);
    const { timeline } = this.machine;
    if (limitMs < Number.POSITIVE_INFINITY) {
      this.#alarm = timeline.at(timeline.now + limitMs, this.#alarmed);
    }
    outcome.start();
    return undefined;
  }

  #timeUp(): void {
    this.#alarm = undefined;
    this.wake(this.#sleeps ? DONE : TIMEOUT);
  }

  #leave(): void {
    if (this.#alarm !== undefined) this.machine.timeline.cancel(this.#alarm);
    this.#alarm = undefined;
    this.#pending?.stop();
    this.#pending = undefined;
  }
}
