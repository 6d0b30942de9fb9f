// A worker that accepts on a listening socket that it shares, one client or several at a time. Waits in one place, does
// what can be done, looks at what it was told. It takes no client that it has no place for, and drops none that it has
// taken, whatever signal comes. The model is src/worker/worker.ts.

import type { Errno, Fd } from '../../os.ts';
import type { Task, Wait, Woken } from '../program.ts';
import { Mischief } from './acts.ts';
import type { Life } from './life.ts';
import type { Moves } from './moves.ts';
import { Session } from './session.ts';
import type { Words } from './words.ts';

/** accept(2) has failed for a reason that may pass. */
const ACCEPT_RETRY_MS = 100;

export interface Door {
  readonly listener: Fd;
  /** Clients at once. */
  readonly places: number;
  /** listen(2) is called with it whenever the worker begins to accept, as Node does; undefined: never. */
  readonly backlog: number | undefined;
  /** The exit code when the socket is of no use any more. */
  readonly exitWhenGone: number;
}

export class Server {
  readonly #life: Life;
  readonly #words: Words;
  readonly #door: Door;
  readonly #mischief: Mischief;
  readonly #clients = new Map<Fd, Session>();
  /** It accepts. */
  #open = false;
  #closed = false;
  #idleSince = Number.POSITIVE_INFINITY;

  constructor(life: Life, words: Words, door: Door) {
    this.#life = life;
    this.#words = words;
    this.#door = door;
    this.#mischief = new Mischief({ life, words, listener: door.listener });
  }

  get mischief(): Mischief {
    return this.#mischief;
  }

  *live(): Task {
    this.#accept();
    this.#words.up();
    for (;;) {
      const end = (yield* this.#mischief.now(this.#clients.size > 0 ? 'busy' : 'idle')) ?? this.#ending();
      if (end !== undefined) return end;
      yield* this.#next();
      for (const session of this.#clients.values()) if (session.advance() === 'over') this.#served(session);
      this.#words.refresh(this.#clients.size);
    }
  }

  /** The exit code, when it is time to end. */
  #ending(): number | undefined {
    const { self, options } = this.#life;
    if (self.now() >= this.#idleSince + options.idleTimeoutMs) this.#life.finish(0);
    const { told } = this.#life;
    if (told === undefined) return undefined;
    this.#leave();
    if (this.#clients.size > 0) return undefined;
    this.#words.refresh(0);
    return told;
  }

  /** Takes no more clients. Our end of the socket is closed, so that those of a removed service are refused. */
  #leave(): void {
    if (this.#closed) return;
    this.#words.leaving(this.#open && this.#clients.size > 0);
    this.#open = false;
    this.#closed = true;
    this.#life.self.close(this.#door.listener);
  }

  #accept(): void {
    const { listener, backlog } = this.#door;
    if (backlog !== undefined) this.#life.self.listen(listener, backlog);
    this.#open = true;
  }

  /** Waits for the next thing to do; a new client is taken here. */
  *#next(): Moves<void> {
    const { listener } = this.#door;
    const limitMs = this.#limitMs();
    const fds = [...this.#clients.values()].filter(({ working }) => !working).map(({ fd }) => fd);
    if (!this.#open) yield fds.length > 0 ? { kind: 'readable', fds, limitMs } : pause(limitMs);
    else if (this.#clients.size === 0) yield* this.#arrived(yield { kind: 'accept', fd: listener, limitMs });
    else if (yield* this.#polled([listener, ...fds], limitMs)) {
      yield* this.#arrived(yield { kind: 'accept', fd: listener, limitMs: 0 });
    }
  }

  /** False: there is nothing to be accepted now. */
  *#polled(fds: readonly Fd[], limitMs: number): Moves<boolean> {
    const woken = yield { kind: 'readable', fds, limitMs };
    return woken.kind === 'done' && this.#life.told === undefined;
  }

  *#arrived(woken: Woken): Moves<void> {
    if (woken.kind === 'connected') this.#take(woken.fd);
    else if (woken.kind === 'failed') yield* this.#failed(woken.errno);
  }

  *#failed(errno: Errno): Moves<void> {
    if (errno === 'EINVAL') this.#life.finish(this.#door.exitWhenGone);
    else yield pause(ACCEPT_RETRY_MS);
  }

  #take(fd: Fd): void {
    const { self, options } = this.#life;
    const session = new Session(self, fd, options.workMs);
    this.#clients.set(fd, session);
    this.#idleSince = Number.POSITIVE_INFINITY;
    this.#life.uses += 1;
    const last = this.#life.uses >= options.usesMost;
    const full = last || this.#clients.size >= this.#door.places;
    if (full) this.#open = false;
    this.#words.taken(full);
    if (last) this.#life.finish(0);
    session.greet(this.#life.uses);
  }

  #served(session: Session): void {
    const { self } = this.#life;
    self.close(session.fd);
    this.#clients.delete(session.fd);
    if (self.orphaned()) this.#life.finish(this.#door.exitWhenGone);
    if (this.#life.told !== undefined || this.#closed) return;
    if (!this.#open) this.#accept();
    this.#words.served();
    if (this.#clients.size === 0) this.#idleSince = self.now();
  }

  #limitMs(): number {
    const { self, options } = this.#life;
    const sessions = [...this.#clients.values()].map(({ dueMs }) => dueMs);
    const idleMs = Math.max(0, this.#idleSince + options.idleTimeoutMs - self.now());
    return Math.min(idleMs, this.#words.dueMs, this.#mischief.dueMs, ...sessions);
  }
}

function pause(ms: number): Wait {
  return ms === Number.POSITIVE_INFINITY ? { kind: 'forever' } : { kind: 'sleep', ms };
}
