// The wire: commands in (with their literals, within limits), responses out (waiting while the client reads slowly).
// Text is latin1, one character per byte. It knows lines and bytes, no IMAP command. A client that breaks a limit gets BYE; `next` then returns undefined.

import type { Socket } from 'node:net';

export interface WireLimits {
  /** Bytes of a line without its literals. */
  readonly lineBytesMax: number;
  /** Bytes of all literals of one command. */
  readonly literalBytesMax: number;
  /** Milliseconds of silence before the client is logged out; RFC 3501 asks for 30 minutes after the login. */
  readonly silenceMsMax: number;
}

const LITERAL_AT_END = /\{(\d{1,10})(\+?)\}$/;
const WRITE_BYTES = 64 * 1_024;

export class Connection {
  limits: WireLimits;
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);
  #out: (string | Buffer)[] = [];
  #outBytes = 0;
  #over = false;
  #ending = false;

  constructor(socket: Socket, limits: WireLimits) {
    this.#socket = socket;
    this.limits = limits;
    this.#chunks = socket[Symbol.asyncIterator]();
    socket.on('timeout', () => this.bye('Autologout: idle for too long'));
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The next command, latin1, literals in place, without its line end; undefined when there will be none. */
  async next(): Promise<string | undefined> {
    let text = '';
    let literals = 0;
    for (;;) {
      const line = await this.line();
      if (line === undefined) return undefined;
      text += line;
      const [, size, nonSynchronizing] = LITERAL_AT_END.exec(line) ?? [];
      if (size === undefined) return text;
      literals += Number(size);
      if (literals > this.limits.literalBytesMax || text.length > this.limits.lineBytesMax + literals) {
        return this.bye('Literal too large');
      }
      if (!nonSynchronizing) await this.send('+ Ready for literal data\r\n');
      const literal = await this.#take(() => Number(size), Number(size));
      if (literal === undefined) return undefined;
      text += `\r\n${literal.toString('latin1')}`;
    }
  }

  /** One line without its end, latin1. */
  async line(): Promise<string | undefined> {
    const line = await this.#take(() => {
      const end = this.#buffer.indexOf(0x0a);
      return end < 0 ? undefined : end + 1;
    }, this.limits.lineBytesMax);
    return line?.toString('latin1').replace(/\r?\n$/, '');
  }

  /** Collects output; flush() or a full buffer sends it. */
  write(...pieces: readonly (string | Buffer)[]): void {
    this.#out.push(...pieces);
    for (const piece of pieces) this.#outBytes += piece.length;
  }

  /** Writes `pieces` after what is collected, and waits until the client has read most of it. */
  async send(...pieces: readonly (string | Buffer)[]): Promise<void> {
    this.write(...pieces);
    await this.flush();
    if (this.#ending) this.#close();
  }

  async flushWhenFull(): Promise<void> {
    if (this.#outBytes >= WRITE_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(
      this.#out.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
    );
    this.#out = [];
    this.#outBytes = 0;
    if (bytes.length === 0 || this.#over || this.#socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  /** The last word: untagged BYE, and the connection closes. */
  bye(reason: string): undefined {
    if (this.#over) return undefined;
    this.write(`* BYE ${reason}\r\n`);
    void this.flush();
    this.#close();
    return undefined;
  }

  /** LOGOUT: the tagged answer that is still to come is the last that is sent. */
  endAfterAnswer(): void {
    this.#ending = true;
  }

  #close(): void {
    this.#over = true;
    this.#socket.destroySoon();
  }

  /** Waits until `length` knows how many bytes to take, and takes them. */
  async #take(length: () => number | undefined, bytesMax: number): Promise<Buffer | undefined> {
    for (;;) {
      const wanted = length();
      if (wanted !== undefined && wanted <= this.#buffer.length) {
        if (wanted > bytesMax) return this.bye('Line too long');
        const taken = this.#buffer.subarray(0, wanted);
        this.#buffer = this.#buffer.subarray(wanted);
        return taken;
      }
      if (wanted === undefined && this.#buffer.length > bytesMax) return this.bye('Line too long');
      if (!(await this.#read())) return undefined;
    }
  }

  async #read(): Promise<boolean> {
    this.#socket.setTimeout(this.limits.silenceMsMax);
    try {
      const { value, done } = await this.#chunks.next();
      if (done || this.#over) return false;
      this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
      return true;
    } catch (error) {
      // We closed it ourselves while waiting for the client.
      if (this.#over) return false;
      throw error;
    }
  }
}
