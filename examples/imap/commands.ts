// The table of commands: in which states each is possible, and what runs it.

import { CAPABILITIES, type Command, NO, type State } from './answers.ts';
import { authenticate, login } from './authenticate.ts';
import { idle } from './idle.ts';
import { list, lsub, namespace, status } from './listing.ts';
import type { Parser } from './parser.ts';
import { CRLF } from './quote.ts';
import { close, fetch, search, select, uid, writeChanges } from './selected.ts';

interface Row {
  readonly states: readonly State[];
  readonly run: Command;
}

const ANY: readonly State[] = ['greeted', 'authenticated', 'selected'];
const LOGGED_IN: readonly State[] = ['authenticated', 'selected'];
const row = (states: readonly State[], run: Command): Row => ({ states, run });

const capability: Command = ({ wire }, parser) => {
  parser.end();
  wire.write(`* CAPABILITY ${CAPABILITIES}${CRLF}`);
  return undefined;
};

const noop: Command = (session, parser) => {
  parser.end();
  writeChanges(session);
  return undefined;
};

/** RFC 2971. What the client says about itself is read and forgotten. */
const id: Command = ({ wire }, parser) => {
  parser.space();
  if (!parser.accept('NIL')) parser.list(() => readNullable(parser));
  parser.end();
  wire.write(`* ID ("name" "preforkd sample IMAP server")${CRLF}`);
  return undefined;
};

function readNullable(parser: Parser): void {
  if (!parser.accept('NIL') && parser.string() === undefined) parser.fail('a string expected');
}

const logout: Command = ({ wire }, parser) => {
  parser.end();
  wire.write(`* BYE logging out${CRLF}`);
  wire.endAfterAnswer();
  return undefined;
};

const refuse: Command = () => NO('read-only');

export const COMMANDS: Readonly<Record<string, Row>> = Object.assign(Object.create(null), {
  CAPABILITY: row(ANY, capability),
  NOOP: row(ANY, noop),
  ID: row(ANY, id),
  LOGOUT: row(ANY, logout),
  LOGIN: row(['greeted'], login),
  AUTHENTICATE: row(['greeted'], authenticate),
  LIST: row(LOGGED_IN, list),
  LSUB: row(LOGGED_IN, lsub),
  STATUS: row(LOGGED_IN, status),
  NAMESPACE: row(LOGGED_IN, namespace),
  IDLE: row(LOGGED_IN, idle),
  SELECT: row(LOGGED_IN, select),
  EXAMINE: row(LOGGED_IN, select),
  CREATE: row(LOGGED_IN, refuse),
  DELETE: row(LOGGED_IN, refuse),
  RENAME: row(LOGGED_IN, refuse),
  SUBSCRIBE: row(LOGGED_IN, refuse),
  UNSUBSCRIBE: row(LOGGED_IN, refuse),
  APPEND: row(LOGGED_IN, refuse),
  CLOSE: row(['selected'], close),
  UNSELECT: row(['selected'], close),
  CHECK: row(['selected'], noop),
  FETCH: row(['selected'], fetch),
  SEARCH: row(['selected'], search),
  UID: row(['selected'], uid),
  STORE: row(['selected'], refuse),
  COPY: row(['selected'], refuse),
  EXPUNGE: row(['selected'], refuse),
});
