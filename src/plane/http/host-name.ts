// By which name the pages may be asked for, where they are for this machine alone. A page of somebody else can make its own
// name mean 127.0.0.1 (DNS rebinding), and the browser of an administrator would then read ours to it: but it sends that
// name along. An address, localhost and the machine's own name are no such names. Used by server.ts.

import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { HttpSettings } from '../../config/settings.ts';
import { isLoopback } from '../../lib/loopback.ts';
import type { Page } from './routes.ts';

/** True for all, where a token is asked for, others may come anyway, or the file says open=yes. */
export function namesChecked({ host, tokenFile, open }: HttpSettings): boolean {
  return isLoopback(host) && tokenFile === undefined && open !== true;
}

/** `header` is that of Host (RFC 9110, 7.2); programs may leave it out, browsers do not. */
export function isOwnName(header: string | undefined, own = hostname()): boolean {
  if (header === undefined || header === '') return true;
  const name = header
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return (
    isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === own.toLowerCase()
  );
}

export const MISDIRECTED: Page = {
  status: 421,
  contentType: 'text/plain; charset=utf-8',
  body: 'asked for by a name that is not of this machine: use an address or localhost, or set token= or open=yes at http in MASTER\n',
  close: true,
};
