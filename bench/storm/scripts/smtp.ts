// SMTP and LMTP up to the first command: the greeting 220, EHLO or LHLO, QUIT. No mail is ever sent. See script.ts.

import { CRLF, lineEnd, right, type Script, type Step, wrong } from './script.ts';

/** A domain that nobody can own (RFC 2606). */
const OUR_NAME = 'storm.invalid';

export function smtpScript(hello: 'EHLO' | 'LHLO'): Script {
  return {
    steps: [reply('greeting', '', '220'), reply(hello, `${hello} ${OUR_NAME}${CRLF}`, '250')],
    goodBye: reply('QUIT', `QUIT${CRLF}`, '221'),
  };
}

/** A reply may have many lines; only the last one has a blank after its code. */
function reply(name: string, send: string, code: string): Step {
  return {
    name,
    send,
    judge: (received) => {
      for (let from = 0, end = lineEnd(received); end > 0; from = end, end = lineEnd(received, from)) {
        const line = received.slice(from, end);
        if (!/^\d{3}[ -]/.test(line) && !/^\d{3}\r?\n/.test(line)) return wrong(name, line);
        if (line[3] === '-') continue;
        return line.startsWith(code) ? right(end) : wrong(name, line);
      }
      return undefined;
    },
  };
}
