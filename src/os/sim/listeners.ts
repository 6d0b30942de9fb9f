// A listening socket: its accept queue, who waits in accept(2) for it, and shutdown(2). As on Linux the queue takes one
// more than the backlog, a connection whose client has gone stays in it, and the last close resets whoever waits.
// Which of those that wait gets a connection is drawn, and it takes a moment: meanwhile it is seen in the queue.

import type { Entropy } from '../../lib/entropy.ts';
import type { Address, Errno } from '../os.ts';
import type { Connection } from './connections.ts';
import { OpenFile } from './files.ts';
import type { Machine } from './machine.ts';
import type { ListenerView } from './observer.ts';
import type { Happening } from './timeline.ts';
import { addressText } from './trace.ts';

/** Who waits in accept(2). */
export interface Acceptor {
  accepted(connection: Connection): void;
  shut(errno: Errno): void;
}

/** From a connection's arrival until a process that waits for it runs, ms. */
const WAKE_LEAST_MS = 0.005;
const WAKE_MOST_MS = 0.06;

export class Listener extends OpenFile implements ListenerView, Happening {
  readonly name: string;
  readonly description: string;
  readonly address: Address;
  readonly queue: Connection[] = [];
  readonly dropped: Connection[] = [];
  backlog: number;
  shut = false;
  ofMaster = true;
  /** O_NONBLOCK is not set. */
  blocking = true;
  readonly #machine: Machine;
  readonly #draws: Entropy;
  readonly #acceptors: Acceptor[] = [];
  #waking = false;

  constructor(machine: Machine, name: string, address: Address, backlog: number) {
    super();
    this.name = name;
    this.description = `socket:${machine.nextFile()}`;
    this.address = address;
    this.backlog = Math.min(backlog, machine.options.somaxconn);
    this.#machine = machine;
    this.#draws = machine.options.entropy.stream(`accept/${name}/${addressText(address)}`);
  }

  /** Of its address: one that is shut down stands in nobody's way. */
  get occupies(): boolean {
    return this.open && !this.shut;
  }

  get readable(): boolean {
    return this.queue.length > 0 || this.shut;
  }

  get full(): boolean {
    return this.queue.length > this.backlog;
  }

  enqueue(connection: Connection): void {
    connection.serverEnd.hold();
    connection.state = 'queued';
    connection.queuedAt = this.#machine.timeline.now;
    this.queue.push(connection);
    this.#machine.tell(connection, 'queued', this);
    this.stir();
    this.#wake();
  }

  #wake(): void {
    if (this.#waking || this.#acceptors.length === 0) return;
    this.#waking = true;
    const wakeMs = this.#draws.between(WAKE_LEAST_MS, WAKE_MOST_MS);
    this.#machine.timeline.at(this.#machine.timeline.now + wakeMs, this);
  }

  /** One of those that wait runs, and takes the first connection. */
  happen(): void {
    this.#waking = false;
    if (this.queue.length === 0 || this.#acceptors.length === 0) return;
    const [acceptor] = this.#acceptors.splice(this.#draws.integer(0, this.#acceptors.length - 1), 1);
    acceptor?.accepted(this.queue.shift() as Connection);
    if (this.queue.length > 0) this.#wake();
  }

  waitToAccept(acceptor: Acceptor): void {
    this.#acceptors.push(acceptor);
  }

  /** It does not wait any more. */
  leave(acceptor: Acceptor): void {
    const index = this.#acceptors.indexOf(acceptor);
    if (index >= 0) this.#acceptors.splice(index, 1);
  }

  forgetDropped(connection: Connection): void {
    const index = this.dropped.indexOf(connection);
    if (index >= 0) this.dropped.splice(index, 1);
  }

  /** shutdown(2), both directions. Whoever is queued on a unix socket stays, and can still be accepted: as on Linux. */
  shutDown(): void {
    if (this.shut) return;
    this.shut = true;
    if (this.address.family !== 'unix') this.turnAway();
    for (const acceptor of this.#acceptors.splice(0)) acceptor.shut('EINVAL');
    this.stir();
  }

  /** listen(2) again: opens what was shut down, unless somebody else listens there by now. A unix socket stays shut. */
  listen(backlog: number): Errno | undefined {
    if (this.shut && this.address.family !== 'unix') {
      if (typeof this.#machine.bindings.choose(this.address) === 'string') return 'EADDRINUSE';
      this.shut = false;
    }
    this.backlog = Math.min(backlog, this.#machine.options.somaxconn);
    return undefined;
  }

  /** Every connection that is queued is reset. */
  turnAway(): void {
    for (const connection of this.queue.splice(0)) {
      connection.clientEnd.reset();
      this.#machine.over(connection, 'reset');
      connection.serverEnd.release();
    }
  }

  protected override closed(): void {
    this.turnAway();
    this.#machine.bindings.unbind(this);
    this.#machine.listeners.delete(this);
  }
}
