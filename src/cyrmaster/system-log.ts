// The system's log for what the master says besides its facts: warnings, and what ends it before anything runs, in the
// words and priorities of Cyrus's master, for administrators look there first. The supervisor thread brings the socket.
// Where it never comes up, the socket is opened here: only then, for os/linux belongs to one thread of a process. Made
// by run.ts and master.ts; voice.ts sends the facts through it.

import { existsSync } from 'node:fs';
import { PRIORITY, type Priority, type Sender, syslogLine } from '../plane/logs/cyrus-line.ts';
import { createSyslog, type Syslog } from '../plane/logs/syslog.ts';
import type { ImapdSettings } from './imapd-settings.ts';

/** syslog(3) writes there. */
export const SYSLOG_SOCKET = '/dev/log';

export interface SystemLog extends Syslog {
  readonly sender: Sender;
  /** Goes on all the same. */
  warn(text: string): void;
  /** Ends the master; each line of the text is one of the log. */
  refuse(text: string): void;
  /** Sends what waits, where it can be sent. */
  finish(): Promise<void>;
}

/** Cyrus says these as errors; everything else that ends it is critical, and followed by `exiting`. */
const ONLY_ERRORS = /^(can't (open pidfile|get exclusive lock on|change to the cyrus user)|no entry in )/;

type Named = Pick<ImapdSettings, 'syslogPrefix' | 'syslogFacility'>;

/** `settings` undefined: imapd.conf could not be read. `file` is that of CYRUS_SYSLOG_FILE. */
export function openSystemLog(settings: Named | undefined, file: string | undefined): SystemLog {
  const syslog = createSyslog({ file });
  const sender: Sender = {
    prefix: settings?.syslogPrefix ?? '',
    facility: settings?.syslogFacility ?? '',
    pid: process.pid,
  };
  let heard = false;
  let refused = false;
  const say = (priority: Priority, text: string) => {
    for (const line of text.split('\n'))
      if (line.trim() !== '') syslog.send(syslogLine(sender, priority, line, Date.now()));
  };
  const opened = (fd: number) => {
    heard = true;
    syslog.opened(fd);
  };
  return {
    ...syslog,
    sender,
    opened,
    warn: (text) => say(PRIORITY.error, text),
    refuse: (text) => {
      refused = true;
      if (ONLY_ERRORS.test(text)) return say(PRIORITY.error, text);
      say(PRIORITY.critical, text);
      say(PRIORITY.notice, 'exiting');
    },
    finish: async () => {
      if (refused && !heard) await openHere(opened);
      syslog.close();
    },
  };
}

/** A refusal of a process that has no supervisor thread and will have none. */
export async function logRefusal(
  text: string,
  settings: Named | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { CYRUS_SYSLOG_FILE: file, CYRUS_SYSLOG_PREFIX: syslogPrefix } = environment;
  // Root must not make it: the master that comes up one day is another user, and could not write to it.
  const usable = file !== undefined && (existsSync(file) || process.geteuid?.() !== 0);
  const log = openSystemLog(
    settings ?? { syslogPrefix, syslogFacility: undefined },
    usable ? file : undefined,
  );
  log.refuse(text);
  await log.finish();
}

async function openHere(opened: (fd: number) => void): Promise<void> {
  const { openDatagramSocket } = await import('../os/linux/datagram-socket.ts');
  const socket = openDatagramSocket(SYSLOG_SOCKET);
  socket?.keep(0);
  if (socket !== undefined) opened(socket.fd);
}
