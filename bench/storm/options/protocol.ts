// Which protocol is spoken, and the options that belong to it: an option of another protocol is a mistake, not noise.

import { err, ok } from '../../../src/lib/result.ts';
import { echoScript } from '../scripts/echo.ts';
import { httpScript, STATUS_WANTED } from '../scripts/http.ts';
import { imapScript } from '../scripts/imap.ts';
import { parseBytes, parsePattern, rawScript } from '../scripts/raw.ts';
import type { ScriptFor } from '../scripts/script.ts';
import { smtpScript } from '../scripts/smtp.ts';
import type { RawOptions } from './raw.ts';
import { count, type Parse, type Words } from './words.ts';

export const PROTOCOLS = {
  imap: ['login', 'select', 'logout'],
  smtp: ['logout'],
  lmtp: ['logout'],
  http: ['path', 'status'],
  echo: [],
  raw: ['send', 'expect'],
} as const satisfies Record<string, readonly (keyof RawOptions)[]>;

type ProtocolName = keyof typeof PROTOCOLS;

export interface Protocol {
  readonly name: ProtocolName;
  readonly scriptFor: ScriptFor;
  /** --logout: a held session, too, ends with a good-bye. */
  readonly goodByeAfterHold: boolean;
}

const HTTP_STATUS = { least: 100, most: 599 };

/** undefined, and the mistakes are told. */
export function parseProtocol(
  name: string,
  target: string,
  raw: RawOptions,
  words: Words,
): Protocol | undefined {
  if (!Object.hasOwn(PROTOCOLS, name)) {
    words.mistake(`there is no protocol "${name}"; there are ${Object.keys(PROTOCOLS).join(', ')}`);
    return undefined;
  }
  const protocol = name as ProtocolName;
  refuseForeign(protocol, raw, words);
  return {
    name: protocol,
    scriptFor: SCRIPTS[protocol](raw, words, target),
    goodByeAfterHold: raw.logout === true,
  };
}

function refuseForeign(protocol: ProtocolName, raw: RawOptions, words: Words): void {
  const own: readonly string[] = PROTOCOLS[protocol];
  const foreign = new Set(
    Object.values(PROTOCOLS)
      .flat()
      .filter((option) => !own.includes(option)),
  );
  for (const option of foreign) {
    if (raw[option] !== undefined) words.mistake(`--${option}: not with ${protocol}`);
  }
}

const SCRIPTS: Readonly<Record<ProtocolName, (raw: RawOptions, words: Words, target: string) => ScriptFor>> =
  {
    imap: ({ login, select }, words) => {
      const account = words.take('--login', login, parseAccount, undefined);
      if (select !== undefined && login === undefined) words.mistake('--select: only with --login');
      if (/[\r\n]/.test(`${login}${select}`)) words.mistake('--login, --select: no line ends');
      const script = imapScript({
        ...(account === undefined ? {} : { login: account }),
        ...(select === undefined ? {} : { select }),
      });
      return () => script;
    },
    smtp: () => same(smtpScript('EHLO')),
    lmtp: () => same(smtpScript('LHLO')),
    http: ({ path = '/', status }, words, target) => {
      const wanted = words.take(
        '--status',
        status,
        count(HTTP_STATUS.most, HTTP_STATUS.least),
        STATUS_WANTED,
      );
      if (!/^\/[\x21-\x7e]*$/.test(path)) words.mistake(`--path: "${path}" is not a path; write /healthz`);
      const host = target.includes('/') ? 'localhost' : target;
      return same(httpScript({ path, host, status: wanted }));
    },
    echo: () => echoScript,
    raw: ({ send, expect }, words) => {
      if (expect === undefined) words.mistake('raw: --expect REGEX says which answer is right');
      const pattern = words.take('--expect', expect, parsePattern, /(?:)/);
      return same(rawScript({ send: words.take('--send', send, parseBytes, ''), expect: pattern }));
    },
  };

const same =
  (script: ReturnType<ScriptFor>): ScriptFor =>
  () =>
    script;

const parseAccount: Parse<{ user: string; password: string } | undefined> = (text) => {
  const colon = text.indexOf(':');
  if (colon < 1) return err('write USER:PASSWORD');
  return ok({ user: text.slice(0, colon), password: text.slice(colon + 1) });
};
