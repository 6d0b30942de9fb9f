// Rows of the entry `http` of MASTER: where the pages are, and who may read them. Part of master.ts.

import type { EntryTable } from './types.ts';

export const HTTP_OPEN = ['no', 'yes'] as const;

export const HTTP_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'http',
  doc: 'Metrics, health and status page.',
  keys: [
    {
      key: 'listen',
      type: 'text',
      default: '127.0.0.1:9464',
      origin: 'preforkd',
      doc: 'Address as `host:port` or `[v6]:port`; a port alone is one of 127.0.0.1; `off` for none. One that others than this machine can reach needs `token=`, `certificate=` or `open=yes`.',
    },
    {
      key: 'token',
      type: 'path',
      origin: 'preforkd',
      doc: 'File with a secret in its first line, which every request must bring: as `Authorization: Bearer SECRET`, or, as browsers ask for it, as the password of any user. Read again by a reload; another path needs a restart.',
    },
    {
      key: 'certificate',
      type: 'path',
      origin: 'preforkd',
      doc: 'File with a certificate and its chain (PEM): TLS is spoken instead of plain HTTP, which keeps nobody out: that is what `token=` does. Needs `key=`. Read again by a reload; another path needs a restart.',
    },
    {
      key: 'key',
      type: 'path',
      origin: 'preforkd',
      doc: 'File with the private key of `certificate=` (PEM).',
    },
    {
      key: 'open',
      type: 'choice',
      choices: HTTP_OPEN,
      default: 'no',
      origin: 'preforkd',
      doc: '`yes`: whoever can reach the address may read everything, unasked and unencrypted. Without it, and without a token, an address of this machine alone answers only who asks for an address, localhost or the name of the machine (so no foreign web page, by DNS rebinding).',
    },
  ],
};
