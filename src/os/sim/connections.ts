// One attempt of a client to be served, from its first SYN to its end, and connect(2) itself: a SYN that finds the queue
// full is dropped and sent again after 1, 3, 7, ... s (tcp(7)); a unix socket says EAGAIN. A client that gives up while
// it is queued leaves a closed connection in the queue, as on Linux.

import type { Address, Errno } from '../os.ts';
import { Listener } from './listeners.ts';
import type { Machine } from './machine.ts';
import type { ConnectionView } from './observer.ts';
import { StreamEnd } from './streams.ts';
import type { Appointment, Happening } from './timeline.ts';

const SYN_RETRY_FIRST_MS = 1000;
/** net.ipv4.tcp_syn_retries = 6: nobody tries for longer. */
const CONNECT_MS_MOST = 127_000;

export class Connection implements ConnectionView {
  readonly id: number;
  readonly client: string;
  readonly address: Address;
  readonly startedAt: number;
  state: ConnectionView['state'] = 'connecting';
  queuedAt: number | undefined;
  acceptedAt: number | undefined;
  readonly clientEnd: StreamEnd;
  readonly serverEnd: StreamEnd;

  constructor(machine: Machine, client: string, address: Address) {
    this.id = machine.nextConnection();
    this.client = client;
    this.address = address;
    this.startedAt = machine.timeline.now;
    const closed = () => machine.closed(this);
    this.clientEnd = new StreamEnd(`socket:${machine.nextFile()}`, closed);
    this.serverEnd = new StreamEnd(`socket:${machine.nextFile()}`, closed);
    this.clientEnd.join(this.serverEnd);
  }
}

/** Told once how the attempt ended. */
export interface Connector {
  connected(connection: Connection): void;
  refused(errno: Errno): void;
}

export class Attempt implements Happening {
  readonly connection: Connection;
  readonly #machine: Machine;
  readonly #connector: Connector;
  readonly #deadline: number;
  #next: Appointment | undefined;
  #retryAt: number;
  #retryMs = SYN_RETRY_FIRST_MS;
  /** Where its SYN was dropped. */
  #droppedBy: Listener | undefined;

  constructor(machine: Machine, client: string, address: Address, limitMs: number, connector: Connector) {
    this.#machine = machine;
    this.#connector = connector;
    this.connection = new Connection(machine, client, address);
    this.#retryAt = this.connection.startedAt;
    this.#deadline = this.connection.startedAt + Math.min(limitMs, CONNECT_MS_MOST);
    machine.opened(this.connection);
  }

  /** Its next SYN, or its end. */
  happen(): void {
    this.#leave();
    if (this.#machine.timeline.now >= this.#retryAt) this.send();
    else this.#give('ETIMEDOUT');
  }

  send(): void {
    const found = this.#machine.bindings.reach(this.connection.address);
    if (typeof found === 'string') this.#give(found);
    else if (!(found instanceof Listener)) this.#give('ECONNREFUSED');
    else if (!found.full) {
      found.enqueue(this.connection);
      this.#connector.connected(this.connection);
    } else if (found.address.family === 'unix') this.#give('EAGAIN');
    else this.#sendAgain(found);
  }

  #sendAgain(listener: Listener): void {
    this.#droppedBy = listener;
    listener.dropped.push(this.connection);
    this.#machine.tell(this.connection, 'syn-dropped', listener);
    this.#retryAt += this.#retryMs;
    this.#retryMs *= 2;
    this.#next = this.#machine.timeline.at(Math.min(this.#retryAt, this.#deadline), this);
    if (this.#retryAt >= this.#deadline) this.#retryAt = Number.POSITIVE_INFINITY;
  }

  /** The client turns to something else. */
  cancel(): void {
    if (this.#next !== undefined) this.#machine.timeline.cancel(this.#next);
    this.#leave();
    if (this.connection.state === 'connecting') this.#machine.over(this.connection, 'closed');
  }

  #give(errno: Errno): void {
    this.#machine.over(this.connection, errno === 'ETIMEDOUT' ? 'closed' : 'refused', errno);
    this.#connector.refused(errno);
  }

  #leave(): void {
    this.#next = undefined;
    this.#droppedBy?.forgetDropped(this.connection);
    this.#droppedBy = undefined;
  }
}
