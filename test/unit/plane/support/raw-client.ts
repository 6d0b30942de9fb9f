// A client that knows no protocol: it writes bytes, chunk by chunk, and keeps what comes back. Used by the fuzz tests
// of the control socket and of HTTP.

import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { setImmediate as nextTick } from 'node:timers/promises';

const PATIENCE_MS = 5_000;

export class RawClient {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #look: () => void = () => {};

  constructor(where: NetConnectOpts) {
    this.#socket = connect(where);
    this.#socket.on('data', (data) => {
      this.#chunks.push(data);
      this.#look();
    });
    // A reset is one way to be told to go.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#look());
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** Each chunk by itself, as far as the kernel keeps them apart. */
  async write(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      if (!this.#socket.destroyed) this.#socket.write(chunk);
      await nextTick();
    }
  }

  /** No more is sent; the answers may still come. */
  finish(): void {
    this.#socket.end();
  }

  until(what: string, look: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new Error(`waited in vain for ${what}; received ${this.received.toString('latin1').slice(0, 500)}`),
        );
      }, PATIENCE_MS);
      this.#look = () => {
        if (!look()) return;
        clearTimeout(timer);
        this.#look = () => {};
        resolve();
      };
      this.#look();
    });
  }

  end(): void {
    this.#socket.destroy();
  }
}

/** `bytes` cut at places that fast-check drew. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.map((place, index) => bytes.subarray(places[index - 1] ?? 0, place));
}
