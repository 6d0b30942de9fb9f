// A connection of the control socket as whoever sends much sees it: is there room, is it gone. Nothing is kept here for
// a client that takes nothing: who sends asks first. Made by server.ts for every request; used by its answers and followers.ts.

import type { Socket } from 'node:net';

export interface Stream {
  /** Resolves when the client takes more: true; or has gone: false. */
  room(): Promise<boolean>;
  send(event: string, data: unknown): void;
  /** Resolves when the client has gone. */
  readonly gone: Promise<void>;
}

export function createStream(socket: Socket, send: Stream['send']): Stream {
  const gone = new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
  return {
    room: async () => {
      if (!socket.destroyed && socket.writableNeedDrain) await drained(socket);
      return !socket.destroyed;
    },
    send,
    gone,
  };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.on('drain', go);
    socket.on('close', go);
  });
}
