// The log of a master that stands in for Cyrus's: every fact and every event of the plane as lines of syslog, in the
// words of Cyrus's master where it has some (cyrus-rows.ts), else in ours (event-table.ts), and then only what is more
// than debug. Made by who builds the plane for Cyrus; called like any other log. Never throws.

import { PRIORITY, type Priority, type Sender, syslogLine } from './cyrus-line.ts';
import { createCyrusMemory, type ProgramOf } from './cyrus-memory.ts';
import { CYRUS_ROWS, type CyrusRow, type Said } from './cyrus-rows.ts';
import { type LoggedEvent, levelOf, rowOf } from './event-table.ts';
import type { Log } from './logger.ts';
import type { PlaneEvent } from './plane-events.ts';
import type { Level } from './row.ts';

export interface CyrusLogOptions extends Sender {
  /** A whole datagram; the priority once more, for who wants to choose. */
  readonly send: (line: string, priority: number) => void;
  /** For `path:` in what is said of children that ended. */
  readonly programOf?: ProgramOf;
}

/** In our words: a level as a priority. What is absent is not for syslog. */
const PRIORITY_OF: Readonly<Partial<Record<Level, Priority>>> = {
  info: PRIORITY.info,
  warn: PRIORITY.warning,
  error: PRIORITY.error,
  fatal: PRIORITY.critical,
};

/** The last priority that a log level lets through. Cyrus's master drops debug unless imapd.conf says `debug: yes`. */
const QUIETEST: Readonly<Record<Level, Priority>> = {
  trace: PRIORITY.debug,
  debug: PRIORITY.debug,
  info: PRIORITY.info,
  warn: PRIORITY.warning,
  error: PRIORITY.error,
  fatal: PRIORITY.critical,
};

export function createCyrusLog({ send, programOf = () => undefined, ...sender }: CyrusLogOptions): Log {
  let level: Level = 'info';
  const memory = createCyrusMemory(programOf);
  const say = (lines: readonly Said[], at: number) => {
    for (const { priority, text } of lines) {
      if (priority > QUIETEST[level]) continue;
      // Diagnostics have lines, and empty ones between them; a datagram is one.
      for (const part of text.split('\n').filter((line) => line.trim() !== ''))
        send(syslogLine(sender, priority, part, at), priority);
    }
  };
  return {
    fact: (fact) => {
      memory.learn(fact);
      // The cast is safe: the table binds every kind to the row of its own facts.
      const row = CYRUS_ROWS[fact.kind] as CyrusRow<typeof fact.kind> | undefined;
      say(row === undefined ? inOurWords(fact) : row(fact, memory), fact.at);
    },
    tell: (event) => say(event.kind === 'signal' ? signalSaid(event) : inOurWords(event), Date.now()),
    get level() {
      return level;
    },
    setLevel: (next) => {
      level = next;
    },
  };
}

/** Of the others Cyrus says that it stops, and so does the fact that follows. */
function signalSaid({ signal }: Extract<PlaneEvent, { readonly kind: 'signal' }>): readonly Said[] {
  return signal === 'SIGHUP' ? [{ priority: PRIORITY.notice, text: 'got SIGHUP' }] : [];
}

function inOurWords(event: LoggedEvent): readonly Said[] {
  const priority = PRIORITY_OF[levelOf(event)];
  return priority === undefined ? [] : [{ priority, text: rowOf(event).text(event) }];
}
