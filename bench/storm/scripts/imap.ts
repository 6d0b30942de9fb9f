// IMAP4 as far as a storm needs it: the greeting, LOGIN, SELECT, LOGOUT. Untagged answers are passed over; a tagged NO
// or BAD, and a BYE for a greeting, are wrong answers. See script.ts.

import { CRLF, lineEnd, right, type Script, type Step, wrong } from './script.ts';

export interface ImapWishes {
  readonly login?: { readonly user: string; readonly password: string };
  readonly select?: string;
}

const GREETING: Step = {
  name: 'greeting',
  send: '',
  judge: (received) => {
    const end = lineEnd(received);
    if (end === 0) return undefined;
    return /^\* (OK|PREAUTH)\b/i.test(received) ? right(end) : wrong('greeting', received);
  },
};

export function imapScript({ login, select }: ImapWishes): Script {
  const steps = [
    GREETING,
    ...(login === undefined
      ? []
      : [command('LOGIN', `LOGIN ${quoted(login.user)} ${quoted(login.password)}`)]),
    ...(select === undefined ? [] : [command('SELECT', `SELECT ${quoted(select)}`)]),
  ];
  return { steps, goodBye: command('LOGOUT', 'LOGOUT') };
}

function command(tag: string, words: string): Step {
  return {
    name: tag,
    send: `${tag} ${words}${CRLF}`,
    judge: (received) => {
      for (let from = 0, end = lineEnd(received); end > 0; from = end, end = lineEnd(received, from)) {
        const line = received.slice(from, end);
        if (line.startsWith(`${tag} `)) {
          return /^OK\b/i.test(line.slice(tag.length + 1))
            ? right(end)
            : wrong(tag, line.slice(tag.length + 1));
        }
      }
      return undefined;
    },
  };
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
