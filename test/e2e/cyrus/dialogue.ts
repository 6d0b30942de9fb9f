// What mail clients of the line-by-line protocols say: LMTP, POP3, managesieve, NNTP, HTTP. A dialogue sends a line and
// reads until the one that ends the answer; whether that was the right one is for the test to say. And imapflow, logged in.

import assert from 'node:assert/strict';
import { ImapFlow } from 'imapflow';
import { CYRUS_USER } from '../../../bench/setup/cyrus.ts';
import { Client } from '../harness.ts';
import type { Where } from '../support.ts';
import type { Cleanup } from './home.ts';

export class Dialogue {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(test: Cleanup, where: Where): Promise<Dialogue> {
    const client = await Client.connect(where);
    test.after(() => void client.socket.destroy());
    return new Dialogue(client);
  }

  /** All lines up to the first that fits. */
  async until(last: RegExp): Promise<readonly string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#client.line();
      lines.push(line);
      if (last.test(line)) return lines;
      const over = this.#client.closed && this.#client.text === '';
      assert.ok(!over, `waited for ${last}, and the connection was closed after:\n${lines.join('\n')}`);
    }
  }

  ask(line: string, last: RegExp): Promise<readonly string[]> {
    this.#client.socket.write(`${line}\r\n`);
    return this.until(last);
  }
}

/** The last line of an SMTP-like answer, whatever it says. */
const REPLY = /^\d{3} /;

/** Hands a message over as a mail server would (RFC 2033). */
export async function deliver(test: Cleanup, socket: string, subject: string): Promise<void> {
  const lmtp = await Dialogue.open(test, { path: socket });
  const right = async (answer: Promise<readonly string[]>, code: string) => {
    const lines = await answer;
    assert.ok(lines.at(-1)?.startsWith(code), lines.join('\n'));
  };
  await right(lmtp.until(REPLY), '220');
  await right(lmtp.ask('LHLO test.example', REPLY), '250');
  await right(lmtp.ask('MAIL FROM:<postman@test.example>', REPLY), '250');
  await right(lmtp.ask(`RCPT TO:<${CYRUS_USER.user}>`, REPLY), '250');
  await right(lmtp.ask('DATA', REPLY), '354');
  const header = `From: postman@test.example\r\nTo: ${CYRUS_USER.user}\r\nSubject: ${subject}\r\n`;
  const id = `Message-ID: <${subject.replaceAll(' ', '-')}@test.example>\r\n`;
  await right(lmtp.ask(`${header}${id}\r\ndelivered by lmtpd\r\n.`, REPLY), '250');
  await right(lmtp.ask('QUIT', REPLY), '221');
}

export async function logIn(test: Cleanup, port: number): Promise<ImapFlow> {
  const auth = { user: CYRUS_USER.user, pass: CYRUS_USER.password };
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false });
  client.on('error', () => {});
  test.after(() => client.close());
  await client.connect();
  return client;
}
