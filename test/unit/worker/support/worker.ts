// The worker under test: greets with "hello USE", then does as each line says. WORKER_OPTIONS: serve()'s, as JSON.
// "bye" ends the session; "throw" and "reject" fail it; "crash" ends the process; "hang" stops to read. Tells "stopping" when it hears it.

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionContext, serve } from '../../../../src/worker/index.ts';

async function talk(socket: Socket, { use, stopping }: ConnectionContext): Promise<void> {
  socket.write(`hello ${use}\n`);
  stopping.addEventListener('abort', () => socket.write('stopping\n'));
  socket.setEncoding('utf8');
  for await (const text of socket) {
    for (const line of String(text).trim().split('\n')) {
      if (line === 'bye') return;
      if (line === 'reject') throw new Error('told to reject');
      if (line === 'crash') setImmediate(crash);
      if (line === 'hang') await sleep(3_600_000);
      socket.write(`you said ${line}\n`);
    }
  }
}

function crash(): never {
  throw new Error('told to crash');
}

const style = process.env.WORKER_STYLE;
serve(
  (socket, context) => {
    if (style === 'throws') throw new Error('told to throw');
    if (style === 'events') {
      socket.end('hello from events\n');
      socket.resume();
      return;
    }
    return talk(socket, context);
  },
  JSON.parse(process.env.WORKER_OPTIONS ?? '{}'),
);
