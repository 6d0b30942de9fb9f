// Sends finished lines to the system's log, as datagrams (datagrams.ts), and to a file when one is named. What is lost is
// counted. It never throws and never waits into whoever logs. Made by who stands in for Cyrus's master.

import { appendFileSync } from 'node:fs';
import { createDatagrams } from '../datagrams.ts';
import { withoutPriority } from './cyrus-line.ts';

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
  const datagrams = createDatagrams();
  let notInFile = 0;
  return {
    send: (line) => {
      if (file !== undefined && !append(file, line)) notInFile += 1;
      datagrams.send(line);
    },
    opened: datagrams.opened,
    troubles: () => notInFile + datagrams.countLost(),
    close: datagrams.close,
  };
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
