// One burst of clients at a server that speaks first: all connect at once, each waits for its first line. Held clients
// stay until the last has been greeted (or nobody is any more); short ones say goodbye at once and wait for the end.
// `preforkd storm` holds for a time that is planned; here the end of the burst is what is measured.

import { setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface BurstOptions {
  readonly port: number;
  readonly clients: number;
  readonly session: 'held' | 'short';
  /** Whoever has not been greeted then, after the first connected, never is. */
  readonly limitMs: number;
  /** Called once, when the clients have been sent. */
  readonly sent?: () => void;
}

export interface BurstResult {
  /** Milliseconds from the beginning, ascending; of those who were greeted. */
  readonly greetedMs: readonly number[];
  /** Until the last client was through: greeted (held), or gone (short). */
  readonly lastMs: number;
  /** Refused, reset, cut before the greeting, or not greeted within the limit. */
  readonly neverGreeted: number;
}

const GOODBYE = 'bye LOGOUT\r\n';

/** Connects to 127.0.0.1. Resolves when everybody is through or the limit has passed; all connections are ended. */
export async function burst(options: BurstOptions): Promise<BurstResult> {
  const { clients, limitMs } = options;
  const began = performance.now();
  const over = new AbortController();
  // As many as there are clients, and no leak.
  setMaxListeners(0, over.signal);
  const greetedMs: number[] = [];
  let lastMs = 0;
  const through = () => {
    lastMs = performance.now() - began;
  };
  const visits = Array.from({ length: clients }, () =>
    visit(options, over.signal, () => greetedMs.push(performance.now() - began)).then(through),
  );
  options.sent?.();
  const limit = delay(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([Promise.all(visits), limit]);
  over.abort();
  return { greetedMs, lastMs, neverGreeted: clients - greetedMs.length };
}

/** Resolves when the client is through, greeted or not; its connection is ended when `over` says so. */
function visit({ port, session }: BurstOptions, over: AbortSignal, greeted: () => void): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let text = '';
    let isGreeted = false;
    const end = () => {
      socket.destroy();
      resolve();
    };
    over.addEventListener('abort', end, { once: true });
    socket.on('error', end).on('close', end);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (isGreeted || !text.includes('\n')) return;
      isGreeted = true;
      greeted();
      if (session === 'held') resolve();
      else socket.write(GOODBYE);
    });
  });
}
