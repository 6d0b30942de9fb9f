// Where log lines go: stdout, stderr or a file, synchronously, so that nothing is lost even on SIGKILL. A full
// disk or a closed pipe must never throw into whoever logs: trouble is counted here and nothing else happens.
// Called by logger.ts.

import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { destination as pinoDestination } from 'pino';

/** Lines kept while the destination refuses them (a full disk); beyond that the newest are dropped. */
const UNWRITTEN_BYTES_MAX = 8 * 1024 * 1024;

export interface LogDestination {
  write(line: string): void;
  /** True when a person reads along. */
  readonly terminal: boolean;
  /** Lines that were lost, or that could not be written at once. */
  troubles(): number;
  close(): void;
}

export type LogFormat = 'auto' | 'json' | 'pretty';

const STANDARD_FDS: Readonly<Record<string, number>> = { stdout: 1, stderr: 2 };

/** `target` is 'stdout', 'stderr' or a path; a file that cannot be opened throws here, at the start, and only here. */
export async function openLogDestination(target: string, format: LogFormat): Promise<LogDestination> {
  const standard = STANDARD_FDS[target];
  const fd = standard ?? openSync(target, 'a', 0o640);
  const terminal = isatty(fd);
  let troubles = 0;
  const sink = pinoDestination({ dest: fd, sync: true, maxLength: UNWRITTEN_BYTES_MAX });
  sink.on('error', () => {
    troubles += 1;
  });
  sink.on('drop', () => {
    troubles += 1;
  });
  const pretty =
    format === 'pretty' || (format === 'auto' && terminal) ? await prettyLine(terminal) : undefined;
  return {
    terminal,
    write: (line) => {
      try {
        sink.write(pretty === undefined ? line : pretty(line));
      } catch {
        troubles += 1;
      }
    },
    troubles: () => troubles,
    close: () => {
      if (standard === undefined) closeSync(fd);
    },
  };
}

/** The sentence alone, with time and level: the fields are for machines, and the sentence holds the figures. */
async function prettyLine(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss.l',
    hideObject: true,
    ignore: 'event,pid',
  });
}
