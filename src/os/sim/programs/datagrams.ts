// A worker on a datagram socket that it shares: waits for a datagram, says that it is busy, works on it, says that it is
// free. One at a time. A datagram that another worker has read is none of ours, and nothing is said about it.

import { LISTEN_FD } from '../../../protocol/fds.ts';
import { sleepThrough, type Task } from '../program.ts';
import { Mischief } from './acts.ts';
import type { Life } from './life.ts';
import type { Moves } from './moves.ts';
import type { Words } from './words.ts';

const DATAGRAM_BYTES_MOST = 65_535;

export class DatagramServer {
  readonly #life: Life;
  readonly #words: Words;
  readonly #exitWhenGone: number;
  readonly mischief: Mischief;
  #idleSince = Number.POSITIVE_INFINITY;

  constructor(life: Life, words: Words, exitWhenGone: number) {
    this.#life = life;
    this.#words = words;
    this.#exitWhenGone = exitWhenGone;
    this.mischief = new Mischief({ life, words, listener: LISTEN_FD });
  }

  *live(): Task {
    this.#words.up();
    for (;;) {
      const end = (yield* this.mischief.now('idle')) ?? this.#ending();
      if (end !== undefined) return end;
      yield { kind: 'readable', fds: [LISTEN_FD], limitMs: this.#limitMs() };
      this.#words.refresh(0);
      if (this.#life.told !== undefined) continue;
      const outcome = this.#life.self.read(LISTEN_FD, DATAGRAM_BYTES_MOST);
      if (outcome.kind === 'data') {
        const ended = yield* this.#work();
        if (ended !== undefined) return ended;
      } else if (outcome.kind !== 'empty') this.#life.finish(this.#exitWhenGone);
    }
  }

  *#work(): Moves<number | undefined> {
    const { self, options } = this.#life;
    this.#life.uses += 1;
    this.#words.taken(true);
    const end = yield* this.mischief.now('busy');
    if (end !== undefined) return end;
    yield* sleepThrough(self, options.workMs);
    if (this.#life.uses >= options.usesMost) this.#life.finish(0);
    if (this.#life.told !== undefined) return undefined;
    this.#words.served();
    this.#idleSince = self.now();
    return undefined;
  }

  #ending(): number | undefined {
    const { self, options } = this.#life;
    if (self.now() >= this.#idleSince + options.idleTimeoutMs) this.#life.finish(0);
    if (this.#life.told !== undefined) this.#words.refresh(0);
    return this.#life.told;
  }

  #limitMs(): number {
    const idleMs = Math.max(0, this.#idleSince + this.#life.options.idleTimeoutMs - this.#life.self.now());
    return Math.min(idleMs, this.#words.dueMs, this.mischief.dueMs);
  }
}
