// The worker's end of the status channel (fd 3): 8-byte messages, written at once and in order.
// It never blocks and never throws: a message that the full pipe does not take is kept and tried again, before any
// later one. Beyond PENDING_BYTES_MAX the newest are dropped: a master that reads nothing for so long has other worries,
// and its self-audit recounts. Messages said together go out in one write, so that the master wakes up once.

import { writeSync } from 'node:fs';
import { STATUS_FD } from '../protocol/fds.ts';
import { encodeStatus, STATUS_MESSAGE_BYTES, type StatusWord } from '../protocol/status-message.ts';

/** Half of PIPE_BUF: what is pending goes out in one atomic write. */
const PENDING_BYTES_MAX = 2_048;
const RETRY_MS = 20;

export class StatusChannel {
  readonly #fd: number;
  readonly #pid: number;
  #pending: Uint8Array = new Uint8Array(0);
  #retry: NodeJS.Timeout | undefined;

  constructor(fd: number = STATUS_FD, pid: number = process.pid) {
    this.#fd = fd;
    this.#pid = pid;
  }

  /** Tells the master `words`, in this order and in one write. Bytes that do not fit wait for the next chance. */
  say(...words: readonly StatusWord[]): void {
    const bytes = new Uint8Array(this.#pending.length + words.length * STATUS_MESSAGE_BYTES);
    if (bytes.length > PENDING_BYTES_MAX) return;
    bytes.set(this.#pending);
    words.forEach((word, index) => {
      bytes.set(encodeStatus(word, this.#pid), this.#pending.length + index * STATUS_MESSAGE_BYTES);
    });
    this.#pending = bytes;
    this.flush();
  }

  /** Writes what is pending, as far as the pipe takes it. Called by itself; once more before an exit. */
  flush(): void {
    clearTimeout(this.#retry);
    if (this.#pending.length === 0) return;
    this.#pending = this.#pending.subarray(this.#write(this.#pending));
    if (this.#pending.length > 0) this.#retry = setTimeout(() => this.flush(), RETRY_MS);
  }

  /** The bytes that are done with. */
  #write(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      // EAGAIN: the pipe is full. Anything else (EPIPE under a master other than ours): nobody listens any more,
      // and that the master is gone is noticed elsewhere (master.ts).
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : bytes.length;
    }
  }
}
