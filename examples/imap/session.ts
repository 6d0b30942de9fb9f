// One IMAP session: greets, reads command after command, finds each in the table of commands, answers with a tagged
// OK, NO or BAD, and ends at LOGOUT, at the end of the connection, or when the client wears out our patience.

import type { Socket } from 'node:net';
import { type Answer, BAD, BEFORE_LOGIN, CAPABILITIES, OK, type SessionView, type State } from './answers.ts';
import { COMMANDS } from './commands.ts';
import { Connection } from './connection.ts';
import type { Mailbox } from './mailbox.ts';
import { Parser, SyntaxProblem } from './parser.ts';
import { CRLF } from './quote.ts';

const TAG = /^[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]{1,64}(?= )/;
const FAILED_LOGINS_MAX = 3;
const BAD_COMMANDS_MAX = { before: 5, after: 50 };

export class Session implements SessionView {
  readonly wire: Connection;
  /** The Maildir. */
  readonly root: string;
  user: string | undefined;
  mailbox: Mailbox | undefined;
  failedLogins = 0;
  #bad = 0;

  constructor(socket: Socket, root: string) {
    this.wire = new Connection(socket, BEFORE_LOGIN);
    this.root = root;
  }

  get state(): State {
    if (this.user === undefined) return 'greeted';
    return this.mailbox === undefined ? 'authenticated' : 'selected';
  }

  /** For commands that the table allows only with a mailbox. */
  selected(): Mailbox {
    if (this.mailbox === undefined) throw new Error('no mailbox is selected');
    return this.mailbox;
  }

  async run(): Promise<void> {
    await this.wire.send(`* OK [CAPABILITY ${CAPABILITIES}] preforkd sample IMAP server ready${CRLF}`);
    for (;;) {
      const line = await this.wire.next();
      if (line === undefined || this.wire.isOver) return;
      await this.#answer(line);
    }
  }

  async #answer(line: string): Promise<void> {
    const tag = TAG.exec(line)?.[0];
    const { word, text } =
      tag === undefined ? BAD('a tag and a command expected') : await this.#obey(line, tag);
    await this.wire.send(`${tag ?? '*'} ${word} ${text}${CRLF}`);
    if (this.failedLogins >= FAILED_LOGINS_MAX) this.wire.bye('Too many failed logins');
    if (word !== 'BAD') return;
    this.#bad += 1;
    const most = this.user === undefined ? BAD_COMMANDS_MAX.before : BAD_COMMANDS_MAX.after;
    if (this.#bad > most) this.wire.bye('Too many bad commands');
  }

  async #obey(line: string, tag: string): Promise<Answer> {
    const parser = new Parser(line.slice(tag.length + 1));
    try {
      const name = parser.keyword();
      const command = COMMANDS[name];
      if (command === undefined) return BAD(`no such command: ${name}`);
      if (!command.states.includes(this.state)) return BAD(`${name} is not possible now: ${this.state}`);
      return (await command.run(this, parser)) ?? OK(`${name} completed`);
    } catch (error) {
      if (error instanceof SyntaxProblem) return BAD(error.message);
      throw error;
    }
  }
}
