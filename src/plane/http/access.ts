// Who may read the pages: everybody, or who brings the token. And the certificate that is shown. Both are files, read when
// the listener is opened and again by a reload; one that cannot be read leaves what was before, and at the start nobody is
// let in. Used by server.ts.

import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { HttpSettings } from '../../config/settings.ts';
import type { Page } from './routes.ts';

/** Shorter secrets are guessed; a file that is empty or half written must not let everybody in. */
const TOKEN_CHARACTERS_LEAST = 16;

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Access {
  /** Whether TLS is spoken. */
  readonly tls: boolean;
  mayRead(request: IncomingMessage): boolean;
  /** `use` is given the certificate now, and each that comes after it. */
  onCertificate(use: (certificate: Certificate) => void): void;
  /** Reads the files again. */
  renew(): void;
}

/** `failed` is told why a file cannot be used. */
export function createAccess(
  settings: Pick<HttpSettings, 'tokenFile' | 'tls'>,
  failed: (why: string) => void,
): Access {
  const { tokenFile, tls } = settings;
  let token: Buffer | undefined;
  let use: (certificate: Certificate) => void = () => {};
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      failed(`token or certificate: ${(error as Error).message}`);
    }
  };
  const learnToken = () => {
    if (tokenFile !== undefined) token = readToken(tokenFile);
  };
  const learnCertificate = () => {
    if (tls !== undefined) use({ cert: readFileSync(tls.certificateFile), key: readFileSync(tls.keyFile) });
  };
  attempt(learnToken);
  return {
    tls: tls !== undefined,
    mayRead: ({ headers }) => {
      if (tokenFile === undefined) return true;
      return token !== undefined && timingSafeEqual(digest(broughtBy(headers.authorization)), token);
    },
    onCertificate: (listener) => {
      use = listener;
      attempt(learnCertificate);
    },
    renew: () => {
      attempt(learnToken);
      attempt(learnCertificate);
    },
  };
}

function readToken(file: string): Buffer {
  const token = (readFileSync(file, 'utf8').split('\n', 1)[0] ?? '').trim();
  if (token.length < TOKEN_CHARACTERS_LEAST) {
    throw new Error(
      `${file}: the token in the first line has less than ${TOKEN_CHARACTERS_LEAST} characters`,
    );
  }
  return digest(token);
}

/** Digests have one length, and comparing them tells nothing of where they differ. */
const digest = (text: string) => createHash('sha256').update(text).digest();

/** `Bearer TOKEN`, or the password of `Basic`, whoever the user; nothing otherwise, which is no token. */
function broughtBy(authorization = ''): string {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization.trim()) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value;
  const text = Buffer.from(value, 'base64').toString();
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : '';
}

/** Browsers ask for a user and a password then, and send them along from there on. */
export const UNAUTHORIZED: Page = {
  status: 401,
  contentType: 'text/plain; charset=utf-8',
  body: 'a token is needed: as "Authorization: Bearer TOKEN", or as the password of any user\n',
  headers: { 'www-authenticate': 'Basic realm="preforkd", charset="UTF-8"' },
};
