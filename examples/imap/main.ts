// The sample IMAP service: a read-only server for one Maildir, user "demo", password "demo". services.conf runs it:
//   imap cmd="node dist/examples/imap/main.js examples/imap/maildir" listen="127.0.0.1:1143" prefork=2
// It shows a real protocol on the worker SDK, one client at a time per process as in Cyrus; it is no mail server.

import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type ConnectionContext, serve } from 'preforkd/worker';
import { Session } from './session.ts';

/** The Maildir named on the command line, else the sample: beside the source, wherever this file was compiled to. */
function maildirRoot(): string {
  const [, , named] = process.argv;
  if (named !== undefined) return named;
  const beside = fileURLToPath(new URL('./maildir', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../examples/imap/maildir', import.meta.url));
}

const root = maildirRoot();
if (!existsSync(root)) {
  process.stderr.write(`imap: no Maildir at ${root}\n`);
  process.exit(78);
}

async function imap(socket: Socket, { stopping }: ConnectionContext): Promise<void> {
  const session = new Session(socket, root);
  // A mail client reconnects by itself: better a word now than SIGKILL at the end of the drain.
  stopping.addEventListener('abort', () => session.wire.bye('Server is shutting down'));
  await session.run();
}

serve(imap);
