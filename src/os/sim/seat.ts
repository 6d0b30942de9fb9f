// Where a master sits: its descriptors, what its system calls cost, what it has been interrupted by. Time passes here
// and in poll alone, and whatever is due meanwhile happens at its moment. Throws Unbounded when a turn does not end.

import { assert } from '../../lib/assert.ts';
import type { Errno, Fd, User } from '../os.ts';
import { Epoll } from './epoll.ts';
import { DescriptorTable, EventFile, type OpenFile } from './files.ts';
import type { Inheritance } from './inheritance.ts';
import type { Machine } from './machine.ts';
import { Unbounded } from './options.ts';

/** A reading of the clock is no system call, but no spin may stand still. */
const READING_MS = 0.0002;
/** So many readings for each system call that a turn may make. */
const READINGS_PER_CALL_MOST = 100;

const ROOT_UID = 0;

export class Seat {
  readonly machine: Machine;
  readonly table = new DescriptorTable();
  readonly wake = new EventFile();
  readonly epoll = new Epoll();
  readonly wakeFd: Fd;
  readonly epollFd: Fd;
  readonly inheritance: Inheritance;
  /** Signals that poll has not told. */
  signals = 0;
  /** In poll, and nothing is ready. */
  waiting = false;
  calls = 0;
  fullLooks = 0;
  busyMs = 0;
  /** Who the master is: what it makes belongs to him. */
  uid = ROOT_UID;
  #callsOfTurn = 0;
  #readingsOfTurn = 0;
  #stallMs = 0;

  constructor(machine: Machine, inheritance: Inheritance) {
    this.machine = machine;
    this.inheritance = inheritance;
    for (let fd = 0; fd <= 2; fd += 1) this.table.open(machine.null);
    this.wakeFd = this.table.open(this.wake);
    this.epollFd = this.table.open(this.epoll);
  }

  turnBegins(): void {
    this.#callsOfTurn = 0;
    this.#readingsOfTurn = 0;
  }

  /** A system call, which takes its time. */
  call(): void {
    this.enter();
    this.pass(this.machine.options.callMs());
  }

  /** Counts a system call whose time the caller lets pass. */
  enter(): void {
    this.calls += 1;
    this.#callsOfTurn += 1;
    const most = this.machine.options.callsPerTurnMost;
    if (this.#callsOfTurn > most) throw new Unbounded(`a turn has made ${most} system calls and goes on`);
  }

  become({ uid }: User): 'done' | Errno {
    this.call();
    if (this.uid !== ROOT_UID && this.uid !== uid) return 'EPERM';
    this.uid = uid;
    return 'done';
  }

  /** A clock is read. */
  read(): number {
    this.#readingsOfTurn += 1;
    const most = this.machine.options.callsPerTurnMost * READINGS_PER_CALL_MOST;
    if (this.#readingsOfTurn > most)
      throw new Unbounded(`a turn has read the clock ${most} times and goes on`);
    this.pass(READING_MS);
    return this.machine.timeline.now;
  }

  /** Time in which the master does something, or is kept from it. */
  pass(ms: number): void {
    const { timeline } = this.machine;
    const took = ms + this.#stallMs;
    this.#stallMs = 0;
    timeline.passTo(timeline.now + took);
    // Afterwards: whoever looks at it meanwhile must not think that this is over.
    this.busyMs += took;
  }

  stall(ms: number): void {
    this.#stallMs += ms;
  }

  signal(): void {
    // The handler has run by the time that Linux comes to poll; the kernel of the incident remembers.
    if (this.waiting || this.machine.options.interruptions === 'solaris') this.signals += 1;
  }

  file(fd: Fd): OpenFile {
    const file = this.table.get(fd);
    assert(file !== undefined, 'a closed fd is used', { fd });
    return file;
  }

  /** A descriptor of one kind; anything else is our contradiction. */
  as<T extends OpenFile>(fd: Fd, kind: new (...parts: never[]) => T, what: string): T {
    const file = this.file(fd);
    assert(file instanceof kind, `not ${what}`, { fd, is: file.description });
    return file as T;
  }

  /** Whether `count` more descriptors may be opened. */
  shortage(count = 1): Errno | undefined {
    return this.table.fits(count, this.machine.options.descriptorsMost) ? undefined : 'EMFILE';
  }
}
