// The first connections of a process are slow: its code is not compiled yet. So a few visits are made to a server of
// our own, before the storm: else the generator would be late in the very burst that it is to measure.

import { createServer } from 'node:net';
import { rawScript } from '../scripts/raw.ts';
import { createDialer } from './dialer.ts';
import { Visit } from './visit.ts';

const VISITS = 100;
const PATIENCE_MS = 2_000;

export async function warmUp(): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('hello\r\n');
  });
  await new Promise<void>((resolve) => {
    // No port is left (many storms, one after the other): then this one begins cold, and says how late it was.
    server.on('error', () => resolve());
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address !== null && typeof address === 'object') await visitOften(address.port);
  server.close();
}

async function visitOften(port: number): Promise<void> {
  const script = rawScript({ send: '', expect: /\n/ });
  const dialer = createDialer({ kind: 'tcp', host: '127.0.0.1', port, loopback: true });
  const visits = Array.from(
    { length: VISITS },
    (_, client) =>
      new Promise<void>((resolve) => {
        new Visit({
          ...{ client, attempt: 1, plannedAt: performance.now(), script, dialer },
          session: { kind: 'logout' },
          goodByeAfterHold: false,
          patienceMs: PATIENCE_MS,
          thinkMs: () => 0,
          greeted: () => {},
          ended: () => resolve(),
        });
      }),
  );
  await Promise.all(visits);
}
