// The smallest worker: sends back what it receives. services.conf runs it on a unix socket:
//   echo cmd="node dist/examples/echo/main.js" listen="./.preforkd/echo.sock" prefork=1 clientlimit=10
// Try it with: nc -U .preforkd/echo.sock

import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { type ConnectionContext, serve } from 'preforkd/worker';

async function echo(socket: Socket, { stopping }: ConnectionContext): Promise<void> {
  socket.write('echo: say something\r\n');
  // The master wants us to end: stop listening to this client, it has had its answers.
  stopping.addEventListener('abort', () => socket.end());
  // Served when the client has ended its side and everything was sent back; the SDK closes the connection.
  await pipeline(socket, socket);
}

// The service's clientlimit decides how many clients this worker takes at once.
serve(echo);
