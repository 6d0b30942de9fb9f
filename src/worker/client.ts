// One connection: calls the handler, waits until the connection is served, and sees to it that it is closed.
// Never throws and never rejects: whatever the handler does, `served` is called once, with the socket closed.

import type { Socket } from 'node:net';
import { complain } from './complain.ts';

export interface ConnectionContext {
  /** The name of the service in services.conf. */
  readonly service: string;
  /** Index among the addresses of the service, from 0. */
  readonly instance: number;
  /** Counts this worker's connections, from 1. */
  readonly use: number;
  /**
   * Aborted when the worker is to end soon (SIGTERM, or the master is gone): say good-bye if the protocol has a word
   * for it. Not aborted by SIGHUP, after which the client may go on for as long as it likes.
   */
  readonly stopping: AbortSignal;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a handler without return statement is what is meant
export type Handler = (socket: Socket, context: ConnectionContext) => Promise<unknown> | void;

/** How long a served client may take to read our last words before its connection is cut. */
const FLUSH_MS_MAX = 30_000;

/** Runs `handler`; calls `served` once, when the connection is served and closed. */
export function serveClient(
  handler: Handler,
  socket: Socket,
  context: ConnectionContext,
  served: () => void,
): void {
  // A client that resets its connection is no error of ours; without a listener it would end the process.
  socket.on('error', ignore);
  let closed = false;
  let settled = false;
  socket.once('close', () => {
    closed = true;
    if (settled) served();
  });
  const settle = () => {
    settled = true;
    if (closed) served();
    else closeSoon(socket);
  };
  const fail = (error: unknown) => {
    if (!isClientGone(socket, error)) complain(`connection ${context.use}: handler failed:`, error);
    socket.destroy();
    settle();
  };
  try {
    const working = handler(socket, context);
    if (working === undefined) settled = true;
    else Promise.resolve(working).then(settle, fail);
  } catch (error) {
    fail(error);
  }
}

/** Sends what is still to be sent, then closes, whatever the client goes on sending. */
function closeSoon(socket: Socket): void {
  if (socket.destroyed) return;
  // Read and forget: unread bytes would turn the close into a reset, which may overtake our last words.
  socket.resume();
  socket.destroySoon();
  const cut = setTimeout(() => socket.destroy(), FLUSH_MS_MAX);
  socket.once('close', () => clearTimeout(cut));
}

/** The client went away while it was being served: an everyday thing, not worth a line. */
function isClientGone(socket: Socket, error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return (socket.errored !== null && error === socket.errored) || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function ignore(): void {}
