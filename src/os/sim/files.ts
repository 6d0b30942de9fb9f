// Open file descriptions and the tables of descriptors that refer to them, as in open(2): a file lives until the last
// descriptor is closed, whichever process held it. Who waits for a file is told when it stirs, so that nobody has to
// look at all of them. What a file is, its own room says: pipes.ts, streams.ts, listeners.ts, datagrams.ts, epoll.ts.

import type { Errno, Fd, ReadOutcome } from '../os.ts';

export interface Waiter {
  /** Something may be readable or writable that was not. */
  stirred(file: OpenFile): void;
  /** The last descriptor is closed. */
  gone?(file: OpenFile): void;
}

export const EMPTY: ReadOutcome = { kind: 'empty' };
export const END: ReadOutcome = { kind: 'end' };

export abstract class OpenFile {
  /** What it is, as in /proc/self/fd: 'pipe:7'. Equal for what is the same. */
  abstract readonly description: string;
  readonly #waiters: Waiter[] = [];
  #holders = 0;

  /** What poll(2) says: data, an end, an error. */
  abstract get readable(): boolean;

  get writable(): boolean {
    return true;
  }

  read(_maxBytes: number): ReadOutcome {
    return { kind: 'failed', errno: 'EINVAL' };
  }

  write(_bytes: Uint8Array): number | Errno {
    return 'EBADF';
  }

  get open(): boolean {
    return this.#holders > 0;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    for (const waiter of this.#waiters.splice(0)) waiter.gone?.(this);
    this.closed();
  }

  watch(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  unwatch(waiter: Waiter): void {
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) this.#waiters.splice(index, 1);
  }

  /** Who waits for it and answers the question. */
  waiter(answers: (waiter: Waiter) => boolean): Waiter | undefined {
    return this.#waiters.find(answers);
  }

  stir(): void {
    const waiters = this.#waiters;
    for (let index = 0; index < waiters.length; ) {
      const waiter = waiters[index] as Waiter;
      waiter.stirred(this);
      // One that has what it waited for has gone from the list by itself.
      if (waiters[index] === waiter) index += 1;
    }
  }

  /** The last holder has closed it. */
  protected abstract closed(): void;
}

/** /dev/null */
export class NullFile extends OpenFile {
  readonly description = '/dev/null';

  get readable(): boolean {
    return true;
  }

  override read(): ReadOutcome {
    return END;
  }

  override write(bytes: Uint8Array): number {
    return bytes.length;
  }

  protected override closed(): void {}
}

/** eventfd(2) */
export class EventFile extends OpenFile {
  readonly description = 'eventfd';
  #set = false;

  get readable(): boolean {
    return this.#set;
  }

  set(): void {
    this.#set = true;
    this.stir();
  }

  clear(): void {
    this.#set = false;
  }

  protected override closed(): void {}
}

/** The descriptors of one process. A new one gets the lowest number that is free. */
export class DescriptorTable {
  readonly #files: (OpenFile | undefined)[] = [];
  /** All below it are taken. */
  #lowestFree = 0;
  #count = 0;
  /** Goes up with every change. */
  changes = 0;

  get(fd: Fd): OpenFile | undefined {
    return this.#files[fd];
  }

  get count(): number {
    return this.#count;
  }

  get lowestFree(): Fd {
    while (this.#files[this.#lowestFree] !== undefined) this.#lowestFree += 1;
    return this.#lowestFree;
  }

  /** Whether `count` more can be opened below the limit. */
  fits(count: number, limit: number): boolean {
    let free = 0;
    for (let fd = this.lowestFree; fd < limit && free < count; fd += 1) {
      if (this.#files[fd] === undefined) free += 1;
    }
    return free === count;
  }

  open(file: OpenFile): Fd {
    const fd = this.lowestFree;
    file.hold();
    this.#files[fd] = file;
    this.#count += 1;
    this.changes += 1;
    return fd;
  }

  /** False: it was not open. */
  close(fd: Fd): boolean {
    const file = this.#files[fd];
    if (file === undefined) return false;
    this.#files[fd] = undefined;
    this.#lowestFree = Math.min(this.#lowestFree, fd);
    this.#count -= 1;
    this.changes += 1;
    file.release();
    return true;
  }

  closeAll(): void {
    for (let fd = 0; fd < this.#files.length; fd += 1) this.close(fd);
  }

  /** As after fork(2): the same files at the same numbers. */
  copy(): DescriptorTable {
    const copy = new DescriptorTable();
    for (const [fd, file] of this.entries()) copy.#place(fd, file);
    return copy;
  }

  #place(fd: Fd, file: OpenFile): void {
    file.hold();
    this.#files[fd] = file;
    this.#count += 1;
  }

  *entries(): Generator<readonly [Fd, OpenFile]> {
    for (const [fd, file] of this.#files.entries()) if (file !== undefined) yield [fd, file];
  }
}
