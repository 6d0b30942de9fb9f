// The server under the pages: plain HTTP, or HTTPS when there is a certificate. Both are node's and have the same limits.
// Used by server.ts.

import { createServer, type Server, type ServerOptions } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Access } from './access.ts';

/** As long as for a request line and headers. */
const HANDSHAKE_TIMEOUT_MS = 5_000;

type Handler = Parameters<typeof createServer>[1];

export function createListener(options: ServerOptions, access: Access, handler: Handler): Server {
  if (!access.tls) return createServer(options, handler);
  // TLS takes memory that a master without it need not have.
  const https = process.getBuiltinModule('node:https');
  const server = https.createServer({ ...options, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, handler);
  access.onCertificate((certificate) => server.setSecureContext(certificate));
  return server as unknown as Server;
}

export type Scheme = 'http' | 'https';

export const schemeOf = (server: Server | TlsServer): Scheme =>
  'setSecureContext' in server ? 'https' : 'http';

/** The event of a connection on which a request may come. */
export const READY_TO_SPEAK = { http: 'connection', https: 'secureConnection' } as const;
