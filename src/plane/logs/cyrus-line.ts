// A line of syslog as Cyrus's master sends it: `<PRI>Nov  2 09:05:08 cyrus/master[4711]: text`, RFC 3164 without a
// host name, as the C library does it. Used by cyrus-log.ts for every line, and by syslog.ts. Holds no policy.

import { printable } from '../../lib/text.ts';

/** syslog(3). */
export const PRIORITY = { critical: 2, error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

export interface Sender {
  /** syslog_prefix of imapd.conf; '' for none. */
  readonly prefix: string;
  /** syslog_facility of imapd.conf, in any case; Debian's Cyrus logs to `mail` when it is not set. */
  readonly facility: string;
  readonly pid: number;
}

const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};
const FACILITY_DEFAULT = 2;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** rsyslogd cuts at 8 KiB, head included. */
const TEXT_LENGTH_MAX = 7_900;

/** `at` is milliseconds since 1970; the line tells it in local time. */
export function syslogLine(sender: Sender, priority: Priority, text: string, at: number): string {
  const facility = FACILITIES[sender.facility.toLowerCase()] ?? FACILITY_DEFAULT;
  const identity = sender.prefix === '' ? 'master' : `${sender.prefix}/master`;
  // A tab is common (a line of cyrus.conf that is shown), and as an escape it would be in the way.
  const body = printable(text.replaceAll('\t', ' ')).slice(0, TEXT_LENGTH_MAX);
  return `<${facility * 8 + priority}>${timeText(new Date(at))} ${identity}[${sender.pid}]: ${body}`;
}

/** As it stands in a file. */
export function withoutPriority(line: string): string {
  return line.slice(line.indexOf('>') + 1);
}

function timeText(time: Date): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2)} ${clock.join(':')}`;
}
