// The life of a worker: says AVAILABLE, takes connections while there is room, reports each, and ends when it is told,
// has had its uses, was idle for too long, or has lost its master. It must never take a connection that it has no
// place for, nor drop one that it took. What it tells the master, and when:
//   one client at a time   on accept UNAVAILABLE CONNECTION; when it can take the next, AVAILABLE
//   several clients        on accept CONNECTION_MULTI, and UNAVAILABLE after it when no place is left;
//                          after each finished client AVAILABLE: one client fewer, and there is room;
//                          gathered for a moment in a rush, while the most places are free
//   a client of TCP        after its CONNECTION or CONNECTION_MULTI, where the master understands it: how long it was queued
//   on the way out         UNAVAILABLE when it stops to accept with places free; then nothing, the exit says the rest

import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { LISTEN_FD } from '../protocol/fds.ts';
import type { StatusWord } from '../protocol/status-message.ts';
import { Acceptor } from './acceptor.ts';
import { type Handler, serveClient } from './client.ts';
import { complain, refuse } from './complain.ts';
import { type MasterWatch, watchMaster } from './master.ts';
import { type QueueWait, StatusChannel } from './notify.ts';
import type { Limits } from './options.ts';
import { queueWaitOf } from './queue-wait.ts';
import { Stopping } from './stopping.ts';

/** EX_TEMPFAIL: ended because it was told to; what Cyrus's services exit with after SIGTERM. */
const EXIT_TOLD = 75;
const EXIT_DONE = 0;

export class Worker {
  readonly #handler: Handler;
  readonly #limits: Limits;
  readonly #place: { readonly service: string; readonly instance: number };
  readonly #status = new StatusChannel();
  /** Each client's own signal: a shared one would gather listeners for the life of the worker. */
  readonly #clients = new Map<Socket, Stopping>();
  readonly #acceptor: Acceptor;
  readonly #master: MasterWatch;
  #uses = 0;
  #announced = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #cutOffTimer: NodeJS.Timeout | undefined;
  /** Set once the worker takes no more clients; the process ends with it after the last one. */
  #exitCode: number | undefined;

  constructor(
    handler: Handler,
    limits: Limits,
    place: { readonly service: string; readonly instance: number },
  ) {
    this.#handler = handler;
    this.#limits = limits;
    this.#place = place;
    this.#master = watchMaster();
    this.#acceptor = new Acceptor(LISTEN_FD, limits.backlog, limits.allowHalfOpen, {
      connection: (socket) => this.#accepted(socket),
      gone: (error) => this.#listenerGone(error),
    });
  }

  start(): void {
    if (!this.#master.present()) {
      refuse(
        `the parent (pid ${process.ppid}) is not the master: it has ended, or a wrapper lacks an "exec"`,
      );
    }
    process.on('SIGTERM', () => this.#stop());
    // Ctrl-C in a terminal reaches workers as well; their clients are to be finished all the same.
    process.on('SIGINT', () => this.#stop());
    process.on('SIGHUP', () => this.#finish(EXIT_DONE));
    // Also when a handler's error ends the process: what was served is told.
    process.on('exit', () => this.#status.flush());
    if (!this.#acceptor.open()) return;
    this.#announced = true;
    this.#status.say('available');
  }

  #accepted(socket: Socket): void {
    const { concurrency, maxUse } = this.#limits;
    // First of all, because the client may be heard from at any moment.
    const wait = this.#limits.tellsQueueWait ? queueWaitOf(socket) : [];
    clearTimeout(this.#idleTimer);
    const stopping = new Stopping();
    this.#clients.set(socket, stopping);
    this.#uses += 1;
    const full = this.#clients.size >= concurrency || this.#uses >= maxUse;
    // Before anything else, for libuv accepts the next one when this callback returns.
    if (full) this.#acceptor.close();
    if (concurrency === 1) this.#status.say('unavailable', 'connection', ...wait);
    else if (full) this.#status.say('connectionMulti', 'unavailable', ...wait);
    else this.#report('connectionMulti', ...wait);
    if (this.#uses >= maxUse) this.#finish(EXIT_DONE);
    const { service, instance } = this.#place;
    const context = {
      service,
      instance,
      use: this.#uses,
      get stopping() {
        return stopping.signal;
      },
    };
    serveClient(this.#handler, socket, context, () => this.#served(socket));
  }

  #served(socket: Socket): void {
    this.#clients.delete(socket);
    if (this.#exitCode === undefined && !this.#master.present()) this.#stop();
    if (this.#exitCode !== undefined) {
      this.#endWhenEmpty();
      return;
    }
    if (this.#acceptor.open()) this.#report('available');
    if (this.#clients.size === 0 && this.#limits.idleTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#idleTimer = setTimeout(() => this.#finish(EXIT_DONE), this.#limits.idleTimeoutMs);
    }
  }

  /** While most places are free, the master decides nothing by one place more or less. */
  #report(...words: readonly (StatusWord | QueueWait)[]): void {
    if (this.#clients.size * 2 < this.#limits.concurrency - 1) this.#status.mention(...words);
    else this.#status.say(...words);
  }

  /** SIGTERM, or the master is gone: like finish(), but clients hear of it and may be cut off. */
  #stop(): void {
    this.#finish(EXIT_TOLD);
    if (this.#cutOffTimer === undefined && this.#limits.drainTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#cutOffTimer = setTimeout(() => this.#cutOff(), this.#limits.drainTimeoutMs);
    }
    for (const stopping of this.#clients.values()) stopping.abort();
  }

  /** Takes no more clients from now on; the process ends with `exitCode` after the last one. */
  #finish(exitCode: number): void {
    const first = this.#exitCode === undefined;
    this.#exitCode = Math.max(exitCode, this.#exitCode ?? exitCode);
    if (first) {
      if (this.#acceptor.isOpen && this.#clients.size > 0) this.#status.say('unavailable');
      this.#acceptor.close();
      // Clients of a service that was removed are refused only when nobody holds its socket any more.
      closeSync(LISTEN_FD);
    }
    this.#endWhenEmpty();
  }

  #endWhenEmpty(): void {
    if (this.#clients.size > 0) return;
    process.exit(this.#exitCode);
  }

  #cutOff(): void {
    complain(`drainTimeout is over: ${this.#clients.size} connection(s) cut`);
    for (const socket of this.#clients.keys()) socket.destroy();
    process.exit(EXIT_TOLD);
  }

  #listenerGone(error: Error): void {
    if (!this.#announced) refuse(`cannot accept on fd ${LISTEN_FD}: ${error.message}`);
    // The master has removed the service and is about to say so.
    this.#finish(EXIT_TOLD);
  }
}
