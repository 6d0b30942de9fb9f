// Datagram sockets: sd_notify's and those of services. One datagram a read, what does not fit into the buffer of a read
// is lost, an empty one is data. unix(7), udp(7).

import type { Address, Errno, ReadOutcome } from '../os.ts';
import { EMPTY, OpenFile } from './files.ts';

/** net.unix.max_dgram_qlen, and one as with accept queues. */
const UNIX_QUEUE_MOST = 11;
/** net.core.rmem_default in small datagrams. */
const INTERNET_QUEUE_MOST = 256;

export class DatagramSocket extends OpenFile {
  readonly description: string;
  readonly address: Address;
  readonly #queue: Uint8Array[] = [];
  readonly #whenClosed: (socket: DatagramSocket) => void;

  constructor(id: number, address: Address, whenClosed: (socket: DatagramSocket) => void) {
    super();
    this.description = `socket:${id}`;
    this.address = address;
    this.#whenClosed = whenClosed;
  }

  /** Of its address: as long as it is open. */
  get occupies(): boolean {
    return this.open;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get readable(): boolean {
    return this.#queue.length > 0;
  }

  override read(maxBytes: number): ReadOutcome {
    const datagram = this.#queue.shift();
    if (datagram === undefined) return EMPTY;
    return { kind: 'data', bytes: datagram.slice(0, maxBytes) };
  }

  /** A unix socket lets its sender wait; on the internet it is lost. */
  deliver(bytes: Uint8Array): 'sent' | Errno {
    const unix = this.address.family === 'unix';
    if (this.#queue.length >= (unix ? UNIX_QUEUE_MOST : INTERNET_QUEUE_MOST)) return unix ? 'EAGAIN' : 'sent';
    this.#queue.push(bytes.slice());
    this.stir();
    return 'sent';
  }

  protected override closed(): void {
    this.#whenClosed(this);
  }
}
