// Asks the master one thing over its control socket, with time-outs of our own (node-ipc's client would retry for
// ever), or follows what it tells. Used by the command line; loads nothing but node-ipc.

import type { IpcClient } from 'node-ipc';
import { IPCModule } from 'node-ipc';
import {
  type Answer,
  type Ask,
  isRemarksMessage,
  isReplyPiece,
  MESSAGE_BYTES_MAX,
  REMARKS_EVENT,
  REPLY_EVENT,
  REQUEST_EVENT,
  type RemarksMessage,
} from './wire.ts';

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** Nobody listens, or nothing is there. */
  | { readonly kind: 'no-master'; readonly reason: string }
  | { readonly kind: 'denied' }
  | { readonly kind: 'no-answer'; readonly reason: string };

const MASTER = 'master';
const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR']);
const DENIED = new Set(['EACCES', 'EPERM']);

/** What is told before the answer. While it is being printed, no more is taken from the master. */
export type Listener = (message: RemarksMessage) => Promise<void>;

/** With a listener, `timeoutMs` is for the first word: then it takes as long as it takes. */
export function ask(path: string, request: Ask, timeoutMs: number, listener?: Listener): Promise<Outcome> {
  return new Promise((resolve) => {
    const ipc = new IPCModule();
    Object.assign(ipc.config, {
      silent: true,
      parser: 'guarded',
      maxMessageSize: MESSAGE_BYTES_MAX,
      messageTimeout: 5_000,
      maxRetries: 0,
      stopRetrying: true,
    });
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
      ipc.disconnect(MASTER);
    };
    const timer = setTimeout(() => {
      finish({ kind: 'no-answer', reason: `no answer within ${timeoutMs / 1000} s` });
    }, timeoutMs);
    ipc.connectTo(MASTER, path);
    const client = ipc.of[MASTER];
    if (client === undefined) return finish({ kind: 'no-answer', reason: 'the socket has no path' });
    converse(client, request, finish);
    if (listener === undefined) return;
    client.on(REMARKS_EVENT, (data: unknown) => {
      clearTimeout(timer);
      if (!isRemarksMessage(data)) return;
      client.socket.pause();
      void listener(data).finally(() => client.socket.resume());
    });
  });
}

function converse(client: IpcClient, request: Ask, finish: (outcome: Outcome) => void): void {
  const id = `${process.pid}`;
  let text = '';
  client.on('connect', () => client.emit(REQUEST_EVENT, { ...request, id }));
  client.on(REPLY_EVENT, (data: unknown) => {
    if (!isReplyPiece(data) || data.id !== id) return;
    text += data.piece;
    if (data.last) finish(toOutcome(text));
  });
  client.on('error', (error) => {
    const code = error.code ?? '';
    if (ABSENT.has(code)) finish({ kind: 'no-master', reason: code });
    else if (DENIED.has(code)) finish({ kind: 'denied' });
    else finish({ kind: 'no-answer', reason: error.message });
  });
  client.on('disconnect', () => finish({ kind: 'no-answer', reason: 'the master closed the connection' }));
}

function toOutcome(text: string): Outcome {
  try {
    return { kind: 'answered', answer: JSON.parse(text) as Answer };
  } catch {
    return { kind: 'no-answer', reason: 'the answer is not understood: is the master of another version?' };
  }
}
