// One client of a simulated server: greets at once, answers each line after `workMs`, ends at 'logout' or when the client
// has gone. Between two steps it keeps nobody waiting: the server asks it to advance, and when to do so again.

import type { Fd } from '../../os.ts';
import type { Userland } from '../program.ts';

const READ_BYTES_MOST = 1_024;

const LINE_END = '\r\n';
export const LOGOUT = 'logout';

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

export class Session {
  readonly fd: Fd;
  readonly #self: Userland;
  readonly #workMs: number;
  #heard = '';
  #answerAt: number | undefined;

  constructor(self: Userland, fd: Fd, workMs: number) {
    this.#self = self;
    this.fd = fd;
    this.#workMs = workMs;
  }

  greet(use: number): void {
    this.#say(`hello ${this.#self.pid} ${use}`);
  }

  /** It works on an answer and reads nothing meanwhile. */
  get working(): boolean {
    return this.#answerAt !== undefined;
  }

  /** ms until it must be asked to advance; Infinity: when the client speaks. */
  get dueMs(): number {
    return this.#answerAt === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(0, this.#answerAt - this.#self.now());
  }

  /** Does what can be done now. 'over': the client is served or gone, and the connection is to be closed. */
  advance(): 'open' | 'over' {
    for (;;) {
      if (this.#answerAt !== undefined) {
        if (this.#self.now() < this.#answerAt) return 'open';
        this.#answerAt = undefined;
        this.#say('done');
      }
      const line = this.#nextLine();
      if (line === LOGOUT) {
        this.#say('bye');
        return 'over';
      }
      if (line !== undefined) this.#answerAt = this.#self.now() + this.#workMs;
      else {
        const read = this.#read();
        if (read !== 'more') return read;
      }
    }
  }

  #read(): 'more' | 'open' | 'over' {
    const outcome = this.#self.read(this.fd, READ_BYTES_MOST);
    if (outcome.kind === 'empty') return 'open';
    if (outcome.kind !== 'data') return 'over';
    this.#heard += decoder.decode(outcome.bytes);
    return 'more';
  }

  #nextLine(): string | undefined {
    const end = this.#heard.indexOf(LINE_END);
    if (end < 0) return undefined;
    const line = this.#heard.slice(0, end);
    this.#heard = this.#heard.slice(end + LINE_END.length);
    return line;
  }

  /** A client that has gone is noticed by the next read. */
  #say(line: string): void {
    this.#self.write(this.fd, encoder.encode(`${line}${LINE_END}`));
  }
}
