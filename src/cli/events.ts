// `preforkd events [--follow]`: the last facts in words, and with --follow those that come, until the master has stopped.
// Ctrl-C ends it as it ends tail: by SIGINT, which is left to do what it does. Text and JSON are made here from remarks
// that the master has made harmless; a master that is not ours is not trusted with that.

import { printable } from '../lib/text.ts';
import type { RemarksMessage } from '../plane/control/wire.ts';
import type { Remark, RemarkLevel } from '../plane/recent.ts';
import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';

export interface EventsOptions extends LocateOptions {
  readonly follow?: boolean;
  readonly service?: string;
  readonly json?: boolean;
  readonly lines: number;
  readonly level: RemarkLevel;
}

export function runEvents(options: EventsOptions, output: Output): Promise<number> {
  const { follow = false, service, level, lines: count, json = false } = options;
  const show = (remarks: readonly Remark[], missed = 0) => {
    const colours = output.colours === true;
    const texts = remarks.map((remark) => (json ? jsonLine(remark) : remarkLine(remark, colours)));
    if (missed > 0) texts.push(json ? JSON.stringify({ missed }) : missedLine(missed));
    if (texts.length > 0) output.out(`${texts.join('\n')}\n`);
  };
  const listener = async ({ remarks, missed }: RemarksMessage) => {
    show(remarks, missed);
    await output.drained?.();
  };
  const args = { follow, level, count, ...(service === undefined ? {} : { service }) };
  return askMaster({ verb: 'events', args }, options, output, {
    listener: follow ? listener : undefined,
    use: ({ data, text }) => {
      if (!follow) show(data as readonly Remark[]);
      // Not among the remarks: stdout may be read by a program.
      else if (text !== undefined) output.err(`preforkd: ${text}\n`);
    },
  });
}

const COLOURS: Readonly<Record<RemarkLevel, string>> = {
  debug: '\u001b[2m',
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const RESET = '\u001b[0m';

/** '2026-11-21 09:05:08 warn  imap/ipv4: ...', in local time. */
export function remarkLine({ at, level, text }: Remark, colours: boolean): string {
  const line = `${localTime(at)} ${level.padEnd(5)} ${printable(text)}`;
  const colour = colours ? COLOURS[level] : '';
  return colour === '' ? line : `${colour}${line}${RESET}`;
}

function jsonLine({ at, level, service, text }: Remark): string {
  return JSON.stringify({ time: new Date(at).toISOString(), level, service, text });
}

const missedLine = (missed: number) => `(${missed} more were missed: they came faster than they were read)`;

function localTime(at: number): string {
  const time = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
