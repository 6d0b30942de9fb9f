// Bytes on their way: what one end has written and the other has not read. Of pipes and of connections.

import type { ReadOutcome } from '../os.ts';
import { EMPTY } from './files.ts';

export class ByteBuffer {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps `chunk` itself: the caller must not write to it any more. */
  put(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  take(maxBytes: number): ReadOutcome {
    const first = this.#chunks[0];
    if (first === undefined) return EMPTY;
    const length = Math.min(maxBytes, this.#bytes);
    this.#bytes -= length;
    if (first.length === length) {
      this.#chunks.shift();
      return { kind: 'data', bytes: first };
    }
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) filled += this.#takeInto(bytes, filled);
    return { kind: 'data', bytes };
  }

  #takeInto(bytes: Uint8Array, offset: number): number {
    const first = this.#chunks[0] as Uint8Array;
    const room = bytes.length - offset;
    if (first.length <= room) {
      bytes.set(first, offset);
      this.#chunks.shift();
      return first.length;
    }
    bytes.set(first.subarray(0, room), offset);
    this.#chunks[0] = first.subarray(room);
    return room;
  }
}
