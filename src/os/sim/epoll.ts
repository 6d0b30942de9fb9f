// epoll(7), level-triggered: a list of what is ready, kept as files stir, so that asking costs what is ready and not
// what is watched. An entry stands for a file and the number under which it was added, and lives as long as the file:
// one that a child shares stays in the set when the master closes its number, as on Linux.

import { assert } from '../../lib/assert.ts';
import type { Fd } from '../os.ts';
import { OpenFile, type Waiter } from './files.ts';

class Entry implements Waiter {
  readonly file: OpenFile;
  readonly fd: Fd;
  readonly tag: number;
  readonly #epoll: Epoll;

  constructor(epoll: Epoll, file: OpenFile, fd: Fd, tag: number) {
    this.#epoll = epoll;
    this.file = file;
    this.fd = fd;
    this.tag = tag;
  }

  stirred(): void {
    this.#epoll.list(this);
  }

  gone(): void {
    this.#epoll.drop(this);
  }
}

export class Epoll extends OpenFile {
  readonly description = 'epoll';
  /** May hold some that are ready no longer: they go when somebody asks. The longest waiting first. */
  readonly #ready = new Set<Entry>();

  get readable(): boolean {
    for (const entry of this.#ready) {
      if (entry.file.readable) return true;
      this.#ready.delete(entry);
    }
    return false;
  }

  add(file: OpenFile, fd: Fd, tag: number): void {
    assert(Number.isSafeInteger(tag) && tag >= 0, 'an epoll tag must be an integer below 2^53', { tag });
    assert(this.#find(file, fd) === undefined, 'epoll_ctl(2) refused an fd', { fd, tag, errno: 'EEXIST' });
    const entry = new Entry(this, file, fd, tag);
    file.watch(entry);
    this.list(entry);
  }

  remove(file: OpenFile, fd: Fd): void {
    const entry = this.#find(file, fd);
    assert(entry !== undefined, 'epoll_ctl(2) does not know an fd', { fd, errno: 'ENOENT' });
    file.unwatch(entry);
    this.drop(entry);
  }

  /** Tags that are ready, at most `max`. Those told now stand last at the next call, as on Linux. */
  ready(max: number): number[] {
    assert(max > 0, 'epollReady needs room for one tag', { max });
    const tags: number[] = [];
    let left = this.#ready.size;
    for (const entry of this.#ready) {
      if (left === 0 || tags.length === max) break;
      left -= 1;
      this.#ready.delete(entry);
      if (!entry.file.readable) continue;
      tags.push(entry.tag);
      this.#ready.add(entry);
    }
    return tags;
  }

  list(entry: Entry): void {
    if (this.#ready.has(entry) || !entry.file.readable) return;
    this.#ready.add(entry);
    this.stir();
  }

  drop(entry: Entry): void {
    this.#ready.delete(entry);
  }

  #find(file: OpenFile, fd: Fd): Entry | undefined {
    return file.waiter((waiter) => waiter instanceof Entry && waiter.fd === fd) as Entry | undefined;
  }

  protected override closed(): void {}
}
