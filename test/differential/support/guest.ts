// A client of the differential test's worker: keeps what it was told, gives orders, and knows whether it was cut off.

import { connect, type Socket } from 'node:net';
import { until } from '../../e2e/waiting.ts';

const GREETING = /^hello (\d+) (\d+)$/;

export class Guest {
  readonly #socket: Socket;
  #text = '';
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#text += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
    });
  }

  /** Resolves when the kernel has queued the connection, rejects when it is refused. */
  static at(
    where: { readonly host: string; readonly port: number } | { readonly path: string },
  ): Promise<Guest> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...where });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Guest(socket));
      });
    });
  }

  get #lines(): readonly string[] {
    return this.#text.split(/\r?\n/);
  }

  isGreeted(): boolean {
    return this.#text.includes('\n');
  }

  /** How many orders have been answered. */
  answers(): number {
    return Math.max(0, this.#lines.length - 2);
  }

  isCut(): boolean {
    return this.#closed;
  }

  /** Of the worker that has greeted. */
  get pid(): number {
    return Number(GREETING.exec(this.#lines[0] ?? '')?.[1]);
  }

  /** Which client of its worker it is, from 1. */
  get use(): number {
    return Number(GREETING.exec(this.#lines[0] ?? '')?.[2]);
  }

  /** Gives an order without waiting for an answer. */
  tell(order: string): void {
    this.#socket.write(`${order}\n`);
  }

  /** Gives an order and waits for its answer; '' when the connection ended instead. */
  async ask(order: string): Promise<string> {
    const answers = this.#lines.length;
    this.tell(order);
    await until(`an answer to "${order}"`, () => this.#lines.length > answers || this.#closed);
    return this.#lines[answers - 1] ?? '';
  }

  async gone(): Promise<void> {
    await until('the end of the connection', () => this.#closed);
  }

  /** Says goodbye and waits until the worker has closed. */
  async bye(): Promise<void> {
    this.tell('bye');
    await this.gone();
  }

  leave(): void {
    this.#socket.destroy();
  }
}
