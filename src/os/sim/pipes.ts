// pipe(7): bytes in order, a capacity, small writes whole or not at all. The status channel's write end is opened for
// reading too (fifo(7)), so that its writer always has a reader: it never gets EPIPE. A program that must not block
// asks for EAGAIN here and waits by `writable`; nobody gets SIGPIPE, as in programs that ignore it.

import type { Errno, ReadOutcome } from '../os.ts';
import { ByteBuffer } from './buffer.ts';
import { END, OpenFile } from './files.ts';

/** limits.h: writes of at most so many bytes are atomic. */
const PIPE_BUF_BYTES = 4096;

export class Pipe {
  readonly buffer = new ByteBuffer();
  readonly capacity: number;
  readonly name: string;
  readonly ends: PipeEnd[] = [];
  readers = 0;
  writers = 0;

  constructor(id: number, capacity: number) {
    this.name = `pipe:${id}`;
    this.capacity = capacity;
  }

  get room(): number {
    return this.capacity - this.buffer.bytes;
  }

  /** A pipe of less than a page is atomic as a whole. */
  get atomicBytes(): number {
    return Math.min(PIPE_BUF_BYTES, this.capacity);
  }

  /** Both sides: whoever waits looks whether it is for him. */
  stir(): void {
    for (const end of this.ends) end.stir();
  }
}

export class PipeEnd extends OpenFile {
  readonly pipe: Pipe;
  readonly #reads: boolean;
  readonly #writes: boolean;

  constructor(pipe: Pipe, mode: 'read' | 'write' | 'both') {
    super();
    this.pipe = pipe;
    this.#reads = mode !== 'write';
    this.#writes = mode !== 'read';
    if (this.#reads) pipe.readers += 1;
    if (this.#writes) pipe.writers += 1;
    pipe.ends.push(this);
  }

  get description(): string {
    return this.pipe.name;
  }

  get readable(): boolean {
    const { buffer, writers, readers } = this.pipe;
    return this.#reads ? buffer.bytes > 0 || writers === 0 : readers === 0;
  }

  override get writable(): boolean {
    return this.pipe.readers === 0 || this.pipe.room >= this.pipe.atomicBytes;
  }

  override read(maxBytes: number): ReadOutcome {
    if (!this.#reads) return { kind: 'failed', errno: 'EBADF' };
    const { pipe } = this;
    const outcome = pipe.buffer.take(maxBytes);
    if (outcome.kind === 'empty') return pipe.writers === 0 ? END : outcome;
    pipe.stir();
    return outcome;
  }

  override write(bytes: Uint8Array): number | Errno {
    if (!this.#writes) return 'EBADF';
    const { pipe } = this;
    if (pipe.readers === 0) return 'EPIPE';
    const { room } = pipe;
    if (bytes.length > room && (bytes.length <= pipe.atomicBytes || room === 0)) return 'EAGAIN';
    const taken = Math.min(bytes.length, room);
    pipe.buffer.put(bytes.slice(0, taken));
    if (taken > 0) pipe.stir();
    return taken;
  }

  protected override closed(): void {
    if (this.#reads) this.pipe.readers -= 1;
    if (this.#writes) this.pipe.writers -= 1;
    this.pipe.stir();
  }
}
