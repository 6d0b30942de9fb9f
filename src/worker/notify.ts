// The worker's end of the status channel (fd 3): 8-byte messages, in order, written at once or, where nothing depends
// on them, at most every GATHER_MS: a write per connection wakes the master up each time, and costs the worker more
// than the rest of accepting does (bench/node).
// It never blocks and never throws: a message that the full pipe does not take is kept and tried again, before any
// later one. Beyond PENDING_BYTES_MAX the newest are dropped: a master that reads nothing for so long has other worries,
// and its self-audit recounts. Messages said together go out in one write, so that the master wakes up once.

import { writeSync } from 'node:fs';
import { STATUS_FD } from '../protocol/fds.ts';
import {
  encodeQueueWait,
  encodeStatus,
  STATUS_MESSAGE_BYTES,
  type StatusWord,
} from '../protocol/status-message.ts';

/** Half of PIPE_BUF: what is pending goes out in one atomic write. */
const PENDING_BYTES_MAX = 2_048;
const RETRY_MS = 20;
/** Shorter than any worker of Node takes to start: no decision of the master would be another one. */
const GATHER_MS = 20;
/** What is gathered goes out before it could be dropped. */
const GATHERED_BYTES_MAX = PENDING_BYTES_MAX / 2;

/** How long the client that was just reported was queued. Only for a master that understands it. */
export interface QueueWait {
  readonly queueWaitMs: number;
}

export class StatusChannel {
  readonly #fd: number;
  readonly #pid: number;
  readonly #pending = new Uint8Array(PENDING_BYTES_MAX);
  #pendingBytes = 0;
  /** Runs while words are gathered, or while some wait for the pipe. */
  #timer: NodeJS.Timeout | undefined;

  constructor(fd: number = STATUS_FD, pid: number = process.pid) {
    this.#fd = fd;
    this.#pid = pid;
  }

  /** Tells the master `words`, in this order and in one write. Bytes that do not fit wait for the next chance. */
  say(...words: readonly (StatusWord | QueueWait)[]): void {
    if (this.#append(words)) this.flush();
  }

  /** The same, but soon instead of at once when something was mentioned a moment ago. */
  mention(...words: readonly (StatusWord | QueueWait)[]): void {
    if (!this.#append(words)) return;
    if (this.#timer !== undefined && this.#pendingBytes < GATHERED_BYTES_MAX) return;
    this.#flushAndGather();
  }

  /** Writes what is pending, as far as the pipe takes it. Called by itself; once more before an exit. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pendingBytes === 0) return;
    const written = this.#write();
    this.#pending.copyWithin(0, written, this.#pendingBytes);
    this.#pendingBytes -= written;
    if (this.#pendingBytes > 0) this.#timer = setTimeout(() => this.flush(), RETRY_MS);
  }

  #flushAndGather(): void {
    this.flush();
    this.#timer ??= setTimeout(() => this.#gathered(), GATHER_MS);
  }

  #gathered(): void {
    this.#timer = undefined;
    if (this.#pendingBytes > 0) this.#flushAndGather();
  }

  /** False when there is no room for them: then none is kept. A wait is the first to be left out. */
  #append(said: readonly (StatusWord | QueueWait)[]): boolean {
    const kept = this.#hasRoom(said.length) ? said : said.filter((each) => typeof each === 'string');
    if (!this.#hasRoom(kept.length)) return false;
    for (const each of kept) {
      const message =
        typeof each === 'string'
          ? encodeStatus(each, this.#pid)
          : encodeQueueWait(each.queueWaitMs, this.#pid);
      this.#pending.set(message, this.#pendingBytes);
      this.#pendingBytes += STATUS_MESSAGE_BYTES;
    }
    return true;
  }

  #hasRoom(messages: number): boolean {
    return this.#pendingBytes + messages * STATUS_MESSAGE_BYTES <= PENDING_BYTES_MAX;
  }

  /** The bytes that are done with. */
  #write(): number {
    try {
      return writeSync(this.#fd, this.#pending, 0, this.#pendingBytes);
    } catch (error) {
      // EAGAIN: the pipe is full. Anything else (EPIPE under a master other than ours): nobody listens any more,
      // and that the master is gone is noticed elsewhere (master.ts).
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : this.#pendingBytes;
    }
  }
}
