// The epoll instance that holds worker channels, outputs and pidfds, under tags of the core. epoll(7), level-
// triggered: what is not read now is told again. Called by the supervisor loop once per turn.
// A refusal by the kernel is our contradiction (a closed fd, an fd added twice), but for ENOMEM and ENOSPC, which
// nothing can be done about: the process would be lost from sight, so that too stops the loop rather than hides.

import { assert } from '../../lib/assert.ts';
import type { Fd } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import {
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_EVENT_WORDS,
  EPOLL_TAG_WORD,
  EPOLLIN,
  O_CLOEXEC,
} from './structs.ts';

const WORD = 2 ** 32;
const EVENTS_AT_FIRST = 64;

export class Epoll {
  readonly fd: Fd;
  readonly #one = new Uint32Array(new ArrayBuffer(EPOLL_EVENT_WORDS * 4));
  #many = new Uint32Array(new ArrayBuffer(EVENTS_AT_FIRST * EPOLL_EVENT_WORDS * 4));

  constructor() {
    this.fd = libc.epollCreate(O_CLOEXEC);
    assert(this.fd >= 0, 'epoll_create1(2) failed', { errno: this.fd < 0 ? lastErrno() : '' });
  }

  add(fd: Fd, tag: number): void {
    assert(Number.isSafeInteger(tag) && tag >= 0, 'an epoll tag must be an integer below 2^53', { tag });
    this.#one[0] = EPOLLIN;
    this.#one[EPOLL_TAG_WORD] = tag % WORD;
    this.#one[EPOLL_TAG_WORD + 1] = Math.floor(tag / WORD);
    const result = libc.epollControl(this.fd, EPOLL_CTL_ADD, fd, this.#one);
    if (result !== 0) assert(false, 'epoll_ctl(2) refused an fd', { fd, tag, errno: lastErrno() });
  }

  remove(fd: Fd): void {
    const result = libc.epollControl(this.fd, EPOLL_CTL_DEL, fd, null);
    if (result !== 0) assert(false, 'epoll_ctl(2) does not know an fd', { fd, errno: lastErrno() });
  }

  /** Tags that are readable now. An interruption counts as nothing: level-triggered events come back. */
  ready(max: number): number[] {
    assert(max > 0, 'epollReady needs room for one tag', { max });
    if (max * EPOLL_EVENT_WORDS > this.#many.length) {
      this.#many = new Uint32Array(new ArrayBuffer(max * EPOLL_EVENT_WORDS * 4));
    }
    const found = libc.epollWait(this.fd, this.#many, max, 0);
    if (found < 0) {
      const errno = lastErrno();
      assert(errno === 'EINTR', 'epoll_wait(2) failed', { errno });
    }
    const tags: number[] = [];
    for (let i = 0; i < found; i++) {
      const word = i * EPOLL_EVENT_WORDS + EPOLL_TAG_WORD;
      tags.push((this.#many[word] as number) + (this.#many[word + 1] as number) * WORD);
    }
    return tags;
  }
}
