// -d. The process that was called starts the master in a session of its own and waits until its pidfile is written;
// then it ends with 0, or with the code and the reason that the master reports. So an init script sees what went wrong.
// Both sides of the report are here: one byte, the exit code, and then text, over a pipe. Called by run.ts.

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { errnoText } from '../lib/errno-text.ts';
import { EXIT } from '../lib/exit-codes.ts';

/** Where the master finds the pipe: behind its standard descriptors. */
const REPORT_FD = 3;

/** Tells the master that somebody waits for its report. */
const MARK = 'PREFORKD_CYRMASTER_REPORTS';

/** Cyrus's code for what it has no name for. */
const EXIT_OTHER = 2;
const LOG_MODE = 0o640;

export interface Ending {
  readonly exitCode: number;
  /** '' when all is well. */
  readonly text: string;
  /** By the master, which has logged it as well. */
  readonly reported?: true;
}

export interface BackgroundWish {
  readonly pidfile: string;
  readonly logfile: string | undefined;
  /** The words after the program's name. */
  readonly argv: readonly string[];
}

export async function startInBackground({ pidfile, logfile, argv }: BackgroundWish): Promise<Ending> {
  // Only here: a master must not load it, for its supervisor thread has the port.
  const { lockFile, startDaemon } = await import('../os/linux/daemon.ts');
  const lockPath = `${pidfile}.lock`;
  const lock = lockFile(lockPath, '');
  if (!lock.ok) {
    if (lock.errno === 'EAGAIN')
      return { exitCode: EXIT.temporary, text: `can't get exclusive lock on ${lockPath}` };
    return {
      exitCode: EXIT.osError,
      text: `can't open pidfile lock: ${lockPath} (${errnoText(lock.errno)})`,
    };
  }
  try {
    const output = logfile === undefined ? 'null' : openSync(logfile, 'a', LOG_MODE);
    const words = [process.execPath, ...process.execArgv, process.argv[1] ?? '', ...argv];
    const environment: NodeJS.ProcessEnv = { ...process.env, [MARK]: '1' };
    // The watchdog that systemd meant for us is the master's: it takes our place.
    if (environment.WATCHDOG_PID === String(process.pid)) delete environment.WATCHDOG_PID;
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const report = startDaemon({ path: process.execPath, argv: words, environment: lines }, output);
    if (report.ok) return readReport(report.value);
    return { exitCode: EXIT.osError, text: `fork error: ${errnoText(report.error)}` };
  } catch (error) {
    return {
      exitCode: EXIT_OTHER,
      text: `couldn't open ${logfile}: ${errnoText((error as NodeJS.ErrnoException).code ?? '')}`,
    };
  } finally {
    rmSync(lockPath, { force: true });
  }
}

function readReport(bytes: Buffer): Ending {
  const [exitCode] = bytes;
  if (exitCode === undefined) return { exitCode: EXIT.osError, text: 'the master ended before it was up' };
  return { exitCode, text: bytes.subarray(1).toString('utf8'), reported: true };
}

export interface Reporter {
  /** What a person should read, if the master does not come up. */
  complain(text: string): void;
  /** The first report counts; afterwards nobody waits any more. */
  report(exitCode: number): void;
}

/** The master's side. undefined: nobody waits for a report. */
export function openReporter(environment: NodeJS.ProcessEnv): Reporter | undefined {
  if (environment[MARK] === undefined) return undefined;
  // No child may inherit the claim.
  delete environment[MARK];
  let said = '';
  let open = true;
  return {
    complain: (text) => {
      if (open) said += `${text}\n`;
    },
    report: (exitCode) => {
      if (!open) return;
      open = false;
      try {
        writeSync(
          REPORT_FD,
          Buffer.concat([Buffer.from([exitCode]), Buffer.from(exitCode === 0 ? '' : said)]),
        );
      } catch {
        // Whoever has called us is gone; the master does not depend on him.
      }
      closeSync(REPORT_FD);
    },
  };
}
