// Sends texts as datagrams through a socket that the supervisor thread has opened (os/linux/datagram-socket.ts). What
// the other side cannot take now is kept for a while, in its order; what is lost is counted. It never throws and never
// waits into who sends. Used by the system's log (logs/syslog.ts) and by what systemd is told (sd-notify.ts).

import { writeSync } from 'node:fs';

/** Texts that wait; beyond that the newest are lost. */
const WAITING_MAX = 1_000;
const RETRY_MS = 250;

/** Nobody listens, or its queue is full: it may be otherwise in a moment. */
const FOR_NOW: ReadonlySet<string> = new Set([
  'EAGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOBUFS',
  'ENOTCONN',
  'EINTR',
]);

export interface Datagrams {
  readonly send: (text: string) => void;
  /** Now or never: for what is not true any more a moment later. */
  readonly offer: (text: string) => void;
  /** The socket is there, connected or soon; texts from before it are sent now. */
  readonly opened: (fd: number) => void;
  readonly countLost: () => number;
  /** A last attempt; what is not taken now is lost. */
  readonly close: () => void;
}

export function createDatagrams(): Datagrams {
  const waiting: string[] = [];
  let socket: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lost = 0;

  const flush = () => {
    timer = undefined;
    while (socket !== undefined && waiting.length > 0) {
      const outcome = writeOne(socket, waiting[0] as string);
      if (outcome === 'later') break;
      if (outcome === 'lost') lost += 1;
      waiting.shift();
    }
    if (waiting.length > 0) timer = setTimeout(flush, RETRY_MS).unref();
  };

  return {
    send: (text) => {
      if (waiting.length === WAITING_MAX) lost += 1;
      else waiting.push(text);
      // While others wait, this one waits behind them.
      if (timer === undefined) flush();
    },
    offer: (text) => {
      if (socket !== undefined && waiting.length === 0) writeOne(socket, text);
    },
    opened: (fd) => {
      socket = fd;
      clearTimeout(timer);
      flush();
    },
    countLost: () => lost,
    close: () => {
      clearTimeout(timer);
      flush();
      clearTimeout(timer);
      lost += waiting.splice(0).length;
    },
  };
}

function writeOne(fd: number, text: string): 'sent' | 'later' | 'lost' {
  try {
    writeSync(fd, text);
    return 'sent';
  } catch (error) {
    return FOR_NOW.has((error as NodeJS.ErrnoException).code ?? '') ? 'later' : 'lost';
  }
}
