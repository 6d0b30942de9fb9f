// The terminal of `preforkd top`: alternate screen, no cursor, keys as they come; and, however we end, the terminal as it
// was: quit, Ctrl-C, SIGTERM, a hang-up, an error of ours, and Ctrl-Z for a while. Used by screen.ts alone, one at a time.

import { writeSync } from 'node:fs';
import { keysOf } from './keys.ts';

/** Alternate screen, cursor hidden, no line wraps around. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
/** Before a line is written: after it, the cursor may stand on its last character. */
const CLEAR_LINE = '\u001b[2K';
const CLEAR = '\u001b[2J';

const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;
/** A terminal that does not know. */
const ROWS_DEFAULT = 24;
const COLUMNS_DEFAULT = 80;

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** As many lines as there are rows. */
  draw(lines: readonly string[]): void;
  /** Everything is drawn anew with the next draw. */
  clear(): void;
  close(): void;
}

export interface TerminalEvents {
  key(name: string): void;
  resized(): void;
  /** Nobody sits there any more. */
  gone(): void;
}

export function openTerminal(events: TerminalEvents): Terminal {
  const { stdin, stdout } = process;
  let open = false;
  let clearNext = true;

  const enter = () => {
    open = true;
    clearNext = true;
    stdin.setRawMode?.(true);
    print(ENTER);
  };
  const leave = () => {
    if (!open) return;
    open = false;
    print(LEAVE);
    try {
      stdin.setRawMode?.(false);
    } catch {
      // It has hung up.
    }
  };
  const end = (signal: NodeJS.Signals) => {
    close();
    // As if we had never caught it: who waits for us sees the signal.
    process.kill(process.pid, signal);
  };
  const suspend = () => {
    leave();
    process.once('SIGCONT', () => {
      enter();
      events.resized();
    });
    process.kill(process.pid, 'SIGTSTP');
  };
  const read = (text: string) => {
    for (const key of keysOf(text)) {
      if (key === 'suspend') suspend();
      else events.key(key);
    }
  };
  const close = () => {
    leave();
    deafen();
  };
  const deafen = listen({ end, leave, read, events });
  enter();
  return {
    get columns() {
      return stdout.columns || COLUMNS_DEFAULT;
    },
    get rows() {
      return stdout.rows || ROWS_DEFAULT;
    },
    draw: (lines) => {
      if (!open) return;
      const cleared = clearNext ? CLEAR : '';
      clearNext = false;
      print(`${cleared}${HOME}${lines.map((line) => CLEAR_LINE + line).join('\r\n')}`);
    },
    clear: () => {
      clearNext = true;
    },
    close,
  };
}

interface Hearing {
  end(signal: NodeJS.Signals): void;
  leave(): void;
  read(text: string): void;
  readonly events: TerminalEvents;
}

/** Call what is returned to hear no more. */
function listen({ end, leave, read, events }: Hearing): () => void {
  const { stdin, stdout } = process;
  for (const signal of ENDING) process.on(signal, end);
  process.on('exit', leave);
  stdin.setEncoding('utf8').on('data', read).on('end', events.gone).on('error', events.gone);
  stdout.on('resize', events.resized);
  return () => {
    for (const signal of ENDING) process.off(signal, end);
    process.off('exit', leave);
    stdin.off('data', read).off('end', events.gone).off('error', events.gone).pause();
    stdout.off('resize', events.resized);
  };
}

/** At once, for the last words before the end; a terminal that is gone has nothing to be restored. */
function print(text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(1, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}
