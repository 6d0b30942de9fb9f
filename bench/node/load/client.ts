// One client: sends a request, waits for its whole answer, and sends the next, at fixed times or at once. Says of every
// request what became of it. On raw sockets: a generator that shares the processors with what it measures must cost
// as little as it can.

import { connect, type Socket } from 'node:net';
import { type Judgement, judgeEcho, judgeHttp } from './answer.ts';
import type { Flow, LoadOrder, Loss } from './order.ts';
import type { Tally } from './tally.ts';

const HOST = '127.0.0.1';
/** After a refused connection: a client that comes back at once would only burn the processor. */
const COME_BACK_MS = 10;
const ECHO_LINE = 'the quick brown fox jumps over the lazy dog\n';

export class Client {
  readonly #flow: Flow;
  readonly #order: LoadOrder;
  readonly #tally: Tally;
  readonly #text: string;
  readonly #bytes: Buffer;
  readonly #done: () => void;
  #socket: Socket | undefined;
  #received = '';
  #plannedAt: number;
  #waiting = false;
  #over = false;
  #left: number;
  #limit: NodeJS.Timeout | undefined;

  /** Begins at `firstAt` (performance.now()). `done` is called once, when no request is on its way any more. */
  constructor(flow: Flow, order: LoadOrder, tally: Tally, firstAt: number, done: () => void) {
    this.#flow = flow;
    this.#order = order;
    this.#tally = tally;
    this.#plannedAt = firstAt;
    this.#left = flow.requests ?? Number.POSITIVE_INFINITY;
    this.#done = done;
    const closing = flow.mode === 'connections' ? 'Connection: close\r\n' : '';
    const http = `GET ${flow.path} HTTP/1.1\r\nHost: bench\r\n${closing}\r\n`;
    this.#text = flow.mode === 'echo' ? ECHO_LINE : http;
    this.#bytes = Buffer.from(this.#text);
    setTimeout(() => this.#send(), firstAt - performance.now());
  }

  /** No more requests; the one on its way is waited for. */
  finish(): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#waiting) this.#end();
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#limit);
    this.#drop();
    this.#done();
  }

  #send(): void {
    if (this.#over) return;
    this.#waiting = true;
    this.#received = '';
    this.#limit ??= setTimeout(() => this.#late(), this.#order.answerLimitMs);
    this.#socket ??= this.#connect();
    this.#socket.write(this.#bytes);
  }

  #connect(): Socket {
    const socket = connect({ port: this.#order.port, host: HOST, noDelay: true });
    let connected = false;
    socket.setEncoding('latin1');
    socket.once('connect', () => {
      connected = true;
    });
    socket.on('data', (chunk) => {
      if (this.#socket === socket) this.#heard(String(chunk));
    });
    socket.on('error', () => this.#gone(socket, connected ? 'reset' : 'refused'));
    socket.on('close', () => this.#gone(socket, 'cut'));
    return socket;
  }

  #heard(chunk: string): void {
    this.#received += chunk;
    if (!this.#waiting) return;
    const judgement = this.#judge();
    if (judgement === 'more') return;
    if (judgement === 'wrong') {
      this.#lose('wrong');
      return;
    }
    const now = performance.now();
    this.#tally.answered(now - this.#plannedAt, now, judgement.worker);
    if (judgement.last || this.#flow.mode === 'connections') this.#drop();
    this.#next(now);
  }

  #judge(): Judgement {
    return this.#flow.mode === 'echo' ? judgeEcho(this.#received, this.#text) : judgeHttp(this.#received);
  }

  #gone(socket: Socket, loss: Loss): void {
    if (this.#socket !== socket) return;
    if (this.#waiting) this.#lose(loss);
    else this.#drop();
  }

  #late(): void {
    this.#limit = undefined;
    if (!this.#waiting) return;
    const leftMs = this.#plannedAt + this.#order.answerLimitMs - performance.now();
    if (leftMs <= 0) this.#lose('timed-out');
    else this.#limit = setTimeout(() => this.#late(), leftMs);
  }

  #lose(loss: Loss): void {
    this.#tally.lost(loss);
    this.#drop();
    this.#next(performance.now() + COME_BACK_MS);
  }

  /** Forgets the connection; what it still says is nobody's. */
  #drop(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #next(earliest: number): void {
    this.#waiting = false;
    this.#left -= 1;
    if (this.#over || this.#left <= 0) {
      this.#end();
      return;
    }
    const now = performance.now();
    this.#plannedAt = this.#flow.everyMs > 0 ? this.#plannedAt + this.#flow.everyMs : earliest;
    if (this.#plannedAt <= now) this.#send();
    else setTimeout(() => this.#send(), this.#plannedAt - now);
  }
}
