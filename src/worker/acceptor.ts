// Accepts exactly as many connections as there is room for, on the listening socket that all workers share.
// Node's own server accepts until the queue is empty. But libuv hands over one connection at a time, synchronously,
// and looks after each whether the handle was closed: so the server is closed inside the 'connection' event that
// takes the last place, and a new one listens on a fresh duplicate when there is room again. The rest stays queued
// in the kernel, for other workers. (Tried on Node 20, 22, 24 and 26: test/unit/worker/accept.test.ts.)

import { createServer, type Server, type Socket } from 'node:net';
import { duplicate } from './libc.ts';

/** Out of descriptors or memory: accept may work again soon. Everything else means that the socket is gone. */
const PASSING_ERRORS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);
const RETRY_MS = 100;

export interface AcceptorEvents {
  /** Called synchronously for each connection; may call close(), and then no more come. */
  connection(socket: Socket): void;
  /** The listening socket is of no use any more (the master has shut it down, or it was never one). */
  gone(error: Error): void;
}

export class Acceptor {
  readonly #fd: number;
  readonly #backlog: number;
  readonly #allowHalfOpen: boolean;
  readonly #events: AcceptorEvents;
  #server: Server | undefined;

  /** `backlog`: listen(2) changes the shared socket's queue limit, so it must be the one the master asked for. */
  constructor(fd: number, backlog: number, allowHalfOpen: boolean, events: AcceptorEvents) {
    this.#fd = fd;
    this.#backlog = backlog;
    this.#allowHalfOpen = allowHalfOpen;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  /** Starts to accept, unless it does. False when the socket cannot be listened on; `gone` follows. */
  open(): boolean {
    if (this.#server !== undefined) return true;
    const server = createServer({ noDelay: true, allowHalfOpen: this.#allowHalfOpen }, (socket) =>
      this.#events.connection(socket),
    );
    server.on('error', (error) => this.#failed(server, error));
    this.#server = server;
    try {
      // The backlog counts only as the second argument: Node ignores that of the options when given a descriptor.
      server.listen({ fd: duplicate(this.#fd) }, this.#backlog);
    } catch (error) {
      this.#failed(server, error as Error);
    }
    return server.listening;
  }

  /** Stops at once: a connection that was not handed over yet stays in the kernel's queue. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #failed(server: Server, error: NodeJS.ErrnoException): void {
    if (server !== this.#server) return;
    // Closed first, because a socket that fails every accept stays readable and would spin the event loop.
    this.close();
    if (PASSING_ERRORS.has(error.code ?? '')) this.#retryLater(server);
    else this.#events.gone(error);
  }

  #retryLater(server: Server): void {
    // Kept as the mark that nobody closed or opened us meanwhile.
    this.#server = server;
    setTimeout(() => {
      if (this.#server !== server) return;
      this.#server = undefined;
      this.open();
    }, RETRY_MS);
  }
}
