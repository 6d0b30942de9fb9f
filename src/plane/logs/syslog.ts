// Sends finished lines to the system's log, through the socket that the supervisor thread has opened
// (os/linux/log-socket.ts), and to a file when one is named. What syslogd cannot take now is kept for a while; what is
// lost is counted. It never throws and never waits into whoever logs. Made by who stands in for Cyrus's master.

import { appendFileSync, writeSync } from 'node:fs';
import { withoutPriority } from './cyrus-line.ts';

/** Lines that wait for syslogd; beyond that the newest are lost. */
const WAITING_LINES_MAX = 1_000;
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

export interface Syslog {
  readonly send: (line: string) => void;
  /** The socket is there, connected or soon; lines from before it are sent now. */
  readonly opened: (fd: number) => void;
  /** Lines that were lost. */
  readonly troubles: () => number;
  /** A last attempt; what syslogd does not take now is lost. */
  readonly close: () => void;
}

export function createSyslog({ file }: { readonly file?: string | undefined }): Syslog {
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
    send: (line) => {
      if (file !== undefined && !append(file, line)) lost += 1;
      if (waiting.length === WAITING_LINES_MAX) lost += 1;
      else waiting.push(line);
      // While others wait, this one waits behind them.
      if (timer === undefined) flush();
    },
    opened: (fd) => {
      socket = fd;
      clearTimeout(timer);
      flush();
    },
    troubles: () => lost,
    close: () => {
      clearTimeout(timer);
      flush();
      clearTimeout(timer);
      lost += waiting.splice(0).length;
    },
  };
}

function writeOne(fd: number, line: string): 'sent' | 'later' | 'lost' {
  try {
    writeSync(fd, line);
    return 'sent';
  } catch (error) {
    return FOR_NOW.has((error as NodeJS.ErrnoException).code ?? '') ? 'later' : 'lost';
  }
}

/** Opened for each line, so that the file may be rotated under us. */
function append(file: string, line: string): boolean {
  try {
    appendFileSync(file, `${withoutPriority(line)}\n`, { mode: 0o640 });
    return true;
  } catch {
    return false;
  }
}
