// The two ends of a connection: socket(7), tcp(7). What one end writes the other reads, up to a buffer's size; closing an
// end ends the other, or resets it when something was left unread, as the kernel does. No distance: bytes arrive at once.

import type { Errno, ReadOutcome } from '../os.ts';
import { ByteBuffer } from './buffer.ts';
import { END, OpenFile } from './files.ts';

/** What an end keeps for a reader that does not read: net.ipv4.tcp_rmem, roughly. */
const BUFFER_BYTES = 65_536;

export class StreamEnd extends OpenFile {
  readonly description: string;
  readonly #arrived = new ByteBuffer();
  readonly #whenClosed: () => void;
  #peer: StreamEnd | undefined;
  /** No more will come. */
  #ended = false;
  #reset = false;

  constructor(description: string, whenClosed: () => void) {
    super();
    this.description = description;
    this.#whenClosed = whenClosed;
  }

  join(peer: StreamEnd): void {
    this.#peer = peer;
    peer.#peer = this;
  }

  get readable(): boolean {
    return this.#arrived.bytes > 0 || this.#ended || this.#reset;
  }

  override get writable(): boolean {
    return this.#peer === undefined || this.#peer.#room > 0 || this.#reset;
  }

  get #room(): number {
    return BUFFER_BYTES - this.#arrived.bytes;
  }

  override read(maxBytes: number): ReadOutcome {
    const outcome = this.#arrived.take(maxBytes);
    if (outcome.kind === 'data') {
      this.#peer?.stir();
      return outcome;
    }
    if (this.#reset) {
      // Told once; then it is only at its end.
      this.#reset = false;
      return { kind: 'failed', errno: 'ECONNRESET' };
    }
    return this.#ended ? END : outcome;
  }

  override write(bytes: Uint8Array): number | Errno {
    const peer = this.#peer;
    if (peer === undefined) return 'EPIPE';
    const taken = Math.min(bytes.length, peer.#room);
    if (taken === 0 && bytes.length > 0) return 'EAGAIN';
    peer.#arrived.put(bytes.slice(0, taken));
    peer.stir();
    return taken;
  }

  /** shutdown(2), both directions. */
  shutDown(): void {
    const peer = this.#peer;
    this.#part();
    this.stir();
    peer?.stir();
  }

  /** By the other side's kernel. */
  reset(): void {
    this.#part();
    this.#reset = true;
    this.stir();
  }

  #part(): void {
    for (const end of [this, this.#peer]) {
      if (end === undefined) continue;
      end.#ended = true;
      end.#peer = undefined;
    }
  }

  protected override closed(): void {
    const peer = this.#peer;
    this.#part();
    if (peer !== undefined && this.#arrived.bytes > 0) peer.reset();
    else peer?.stir();
    this.#whenClosed();
  }
}
