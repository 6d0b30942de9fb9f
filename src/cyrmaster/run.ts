// Runs a master in the place of Cyrus's: command line, imapd.conf, the background when -d asks for it, and then the
// master itself (master.ts). Everything that Cyrus's master refuses is refused with its exit code, and said to stderr, to
// the system's log, and with -d to who called. Called by cyrmaster.ts; resolves with the exit code.

import { EXIT } from '../lib/exit-codes.ts';
import { openReporter, startInBackground } from './background.ts';
import type { ImapdSettings } from './imapd-settings.ts';
import { runMasterOf } from './master.ts';
import { type Refusal, readCommandLine, readOrder } from './order.ts';
import { logRefusal } from './system-log.ts';

export interface RunInput {
  readonly argv: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Our own. */
  readonly version: string;
  out(text: string): void;
  err(text: string): void;
}

const USAGE = `Usage: preforkd-cyrmaster [-C imapd.conf] [-M cyrus.conf] [options]
The master of a Cyrus IMAP installation, with the command line of Cyrus's own.

  -C FILE   imapd.conf (/etc/imapd.conf)
  -M FILE   cyrus.conf (/etc/cyrus.conf)
  -l N      queue of the listening sockets (4096)
  -p FILE   pidfile, locked for life
  -r FILE   ready file, there while every service listens
  -d        go into the background; ends when the pidfile is written
  -D        stay in the foreground and keep the standard descriptors
  -L FILE   what workers print goes there
  -j N      taken for the sake of init scripts
  -v        say more in our own log
  -V        version

PREFORKD_CONFIG names a file with a section MASTER: what cyrus.conf has no words for. See docs/CYRUS.md.
`;

export async function runCyrmaster(input: RunInput): Promise<number> {
  const { argv, environment, version } = input;
  const say = (text: string) => input.err(`preforkd-cyrmaster: ${text.trimEnd()}\n`);
  const refuse = async ({ exitCode, text }: Refusal, settings?: ImapdSettings) => {
    say(text);
    await logRefusal(text, settings, environment);
    return exitCode;
  };
  // No init script asks for it, and who does wants no server.
  if (argv.includes('--help')) {
    input.out(USAGE);
    return EXIT.ok;
  }
  const line = readCommandLine(argv, environment);
  if (!line.ok) return refuse(line.error);
  if (line.value.version) {
    input.out(`preforkd ${version}, in the place of Cyrus IMAP's master\n`);
    return EXIT.ok;
  }
  const reporter = line.value.daemon ? openReporter(environment) : undefined;
  // In the background the caller has said these already.
  if (reporter === undefined) for (const complaint of line.value.complaints) say(complaint);
  const order = readOrder(line.value, environment);
  if (!order.ok) return refuse(order.error);
  if (line.value.daemon && reporter === undefined) {
    const ending = await startInBackground({ ...order.value, argv });
    if (ending.text === '') return ending.exitCode;
    if (!ending.reported) return refuse(ending, order.value.settings);
    say(ending.text);
    return ending.exitCode;
  }
  const exitCode = await runMasterOf(order.value, {
    version,
    environment,
    complain: (text) => {
      say(text);
      reporter?.complain(text);
    },
    up: () => reporter?.report(EXIT.ok),
  });
  // Nothing, when it was up: that has been reported.
  reporter?.report(exitCode);
  return exitCode;
}
