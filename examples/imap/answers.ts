// What commands are made of: the answers they give, and what they may see of their session.

import type { Connection, WireLimits } from './connection.ts';
import type { Mailbox } from './mailbox.ts';
import type { Parser } from './parser.ts';

/** The tagged answer; a command that returns undefined stands for "OK completed". */
export interface Answer {
  readonly word: 'OK' | 'NO' | 'BAD';
  readonly text: string;
}

export const OK = (text: string): Answer => ({ word: 'OK', text });
export const NO = (text: string): Answer => ({ word: 'NO', text });
export const BAD = (text: string): Answer => ({ word: 'BAD', text });

/** RFC 3501, section 3: not authenticated, authenticated, selected. */
export type State = 'greeted' | 'authenticated' | 'selected';

export interface SessionView {
  readonly wire: Connection;
  /** The Maildir. */
  readonly root: string;
  user: string | undefined;
  mailbox: Mailbox | undefined;
  failedLogins: number;
  /** For commands that the table allows only with a mailbox. */
  selected(): Mailbox;
}

/** Reads its arguments from `parser`; whatever does not fit throws SyntaxProblem and becomes BAD. */
export type Command = (
  session: SessionView,
  parser: Parser,
) => Answer | undefined | Promise<Answer | undefined>;

export const CAPABILITIES = 'IMAP4rev1 SASL-IR AUTH=PLAIN ID IDLE NAMESPACE UNSELECT CHILDREN';

export const BEFORE_LOGIN: WireLimits = { lineBytesMax: 1_024, literalBytesMax: 1_024, silenceMsMax: 60_000 };
/** RFC 3501, 5.4: at least 30 minutes before an autologout. */
export const AFTER_LOGIN: WireLimits = {
  lineBytesMax: 16_384,
  literalBytesMax: 65_536,
  silenceMsMax: 30 * 60_000,
};
