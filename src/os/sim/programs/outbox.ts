// What a worker says to its master goes out through here: at once and in order, one chunk a write, never blocking. What a
// full channel does not take is kept and tried again, as the SDK does (src/worker/notify.ts). Used by words.ts.

import type { Errno } from '../../os.ts';

/** More is dropped, as in the SDK. */
const PENDING_BYTES_MOST = 2_048;
const RETRY_MS = 20;

/** Takes a chunk whole or not at all; 'EAGAIN': not now. */
export type Writer = (chunk: Uint8Array) => number | 'sent' | Errno;

export class Outbox {
  readonly #write: Writer;
  readonly #pending: Uint8Array[] = [];

  constructor(write: Writer) {
    this.#write = write;
  }

  put(...chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) if (this.#room >= chunk.length) this.#pending.push(chunk);
    this.flush();
  }

  flush(): void {
    for (let chunk = this.#pending[0]; chunk !== undefined; chunk = this.#pending[0]) {
      if (this.#write(chunk) === 'EAGAIN') return;
      // Taken; or nobody listens any more, and then the rest need not be kept either.
      this.#pending.shift();
    }
  }

  /** ms until flush() is worth a try; Infinity: nothing is pending. */
  get retryMs(): number {
    return this.#pending.length > 0 ? RETRY_MS : Number.POSITIVE_INFINITY;
  }

  get #room(): number {
    return this.#pending.reduce((room, { length }) => room - length, PENDING_BYTES_MOST);
  }
}
