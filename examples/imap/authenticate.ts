// LOGIN and AUTHENTICATE PLAIN (RFC 4616), with initial response (RFC 4959) or continuation. One user, and a password
// that everybody knows: a sample must not look like a place for real mail. After three wrong ones the client is sent away.

import { timingSafeEqual } from 'node:crypto';
import {
  AFTER_LOGIN,
  type Answer,
  BAD,
  CAPABILITIES,
  type Command,
  NO,
  OK,
  type SessionView,
} from './answers.ts';
import type { Parser } from './parser.ts';

const USER = 'demo';
const PASSWORD = 'demo';

export const login: Command = (session, parser) => {
  parser.space();
  const user = parser.astring();
  parser.space();
  const password = parser.astring();
  parser.end();
  return enter(session, user, password);
};

export const authenticate: Command = async (session, parser) => {
  parser.space();
  const mechanism = parser.atom().toUpperCase();
  if (mechanism !== 'PLAIN') return NO(`no such mechanism: ${mechanism}`);
  const response = await saslResponse(session, parser);
  if (response === undefined || response === '*') return BAD('authentication cancelled');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(response)) return BAD('base64 expected');
  const [authorize, user, password, ...more] = Buffer.from(response, 'base64').toString('utf8').split('\0');
  if (user === undefined || password === undefined || more.length > 0) return BAD('not a PLAIN response');
  if (authorize !== '' && authorize !== user) return NO('[AUTHORIZATIONFAILED] not in the name of another');
  return enter(session, user, password);
};

async function saslResponse({ wire }: SessionView, parser: Parser): Promise<string | undefined> {
  if (!parser.accept(' ')) {
    parser.end();
    await wire.send('+ \r\n');
    return wire.line();
  }
  const initial = parser.accept('=') ? '' : parser.base64();
  parser.end();
  return initial;
}

function enter(session: SessionView, user: string, password: string): Answer {
  // Both are compared, so that the time tells nothing about either.
  const right = [same(user, USER), same(password, PASSWORD)];
  if (right.includes(false)) {
    session.failedLogins += 1;
    return NO('[AUTHENTICATIONFAILED] wrong user or password');
  }
  session.user = user;
  session.wire.limits = AFTER_LOGIN;
  return OK(`[CAPABILITY ${CAPABILITIES}] logged in`);
}

function same(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
