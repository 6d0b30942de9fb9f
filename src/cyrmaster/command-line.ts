// The command line of Cyrus's master, read as its getopt(3) reads it: `-C FILE`, `-CFILE`, `-dv`. An option that is
// not known is told and left out, as there: an init script that has served an older Cyrus must still start a server.
// Numbers that make no sense are refused, with Cyrus's exit code for it (78). Called by run.ts. Pure.

import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../lib/result.ts';

export interface CommandLine {
  /** -C; /etc/imapd.conf otherwise. */
  readonly imapdConf: string | undefined;
  /** -M; /etc/cyrus.conf otherwise. */
  readonly cyrusConf: string | undefined;
  /** -l */
  readonly backlog: number | undefined;
  /** -p */
  readonly pidfile: string | undefined;
  /** -r */
  readonly readyFile: string | undefined;
  /** -L */
  readonly logfile: string | undefined;
  /** -d: go into the background. */
  readonly daemon: boolean;
  /** How often -v was said, and what CYRUS_VERBOSE adds. */
  readonly verbosity: number;
  /** -V: nothing but the version is wanted. */
  readonly version: boolean;
  /** In getopt's words: nothing of it keeps the master from starting. */
  readonly complaints: readonly string[];
}

/** Long names are what parseArgs wants for each; people write the letters. */
const OPTIONS = {
  'imapd-conf': { type: 'string', short: 'C' },
  'cyrus-conf': { type: 'string', short: 'M' },
  'listen-queue': { type: 'string', short: 'l' },
  'pid-file': { type: 'string', short: 'p' },
  'ready-file': { type: 'string', short: 'r' },
  logfile: { type: 'string', short: 'L' },
  'janitor-frequency': { type: 'string', short: 'j' },
  daemon: { type: 'boolean', short: 'd' },
  debug: { type: 'boolean', short: 'D' },
  verbose: { type: 'boolean', short: 'v' },
  version: { type: 'boolean', short: 'V' },
} as const;

type OptionName = keyof typeof OPTIONS;

/** What listen(2) takes. */
const BACKLOG_MAX = 2_147_483_647;

export function parseCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<CommandLine, string> {
  const { texts, counts, complaints } = scan(argv);
  const backlog = backlogOf(texts['listen-queue']);
  const janitor = janitorOf(texts['janitor-frequency']);
  const daemon = counts.has('daemon');
  if (daemon && counts.has('debug')) return err('Unable to be both debug and daemon mode');
  // The janitor swept a table of children that is not here: the number is read, and nothing follows from it.
  if (Number.isNaN(janitor)) return err('The janitor period must be at least 1 second');
  if (Number.isNaN(backlog)) return err(`-l ${texts['listen-queue']}: the listen queue must be a number`);
  return ok({
    imapdConf: texts['imapd-conf'],
    cyrusConf: texts['cyrus-conf'],
    backlog,
    pidfile: texts['pid-file'],
    readyFile: texts['ready-file'],
    logfile: texts.logfile,
    daemon,
    verbosity: (counts.get('verbose') ?? 0) + verbosityOf(environment.CYRUS_VERBOSE),
    version: counts.has('version'),
    complaints,
  });
}

interface Scanned {
  /** The last of each counts, as with getopt. */
  readonly texts: Partial<Record<OptionName, string>>;
  readonly counts: ReadonlyMap<OptionName, number>;
  readonly complaints: readonly string[];
}

function scan(argv: readonly string[]): Scanned {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const texts: Partial<Record<OptionName, string>> = {};
  const counts = new Map<OptionName, number>();
  const complaints: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isOption(name)) complaints.push(`invalid option -- '${rawName.replace(/^-+/, '')}'`);
    else if (OPTIONS[name].type === 'boolean') counts.set(name, (counts.get(name) ?? 0) + 1);
    else if (value === undefined)
      complaints.push(`option requires an argument -- '${rawName.replace(/^-+/, '')}'`);
    else texts[name] = value;
  }
  return { texts, counts, complaints };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** NaN when it is no number. As listen(2): 0 is a queue for one, and what is below 0 is as long as the kernel allows. */
function backlogOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return number < 0 ? BACKLOG_MAX : Math.min(number, BACKLOG_MAX);
}

/** NaN when it is no number of seconds. */
function janitorOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return number >= 1 ? number : Number.NaN;
}

/** As Cyrus: a variable that is set counts as one more than its number. */
function verbosityOf(text: string | undefined): number {
  return text === undefined ? 0 : Number.parseInt(text, 10) + 1 || 1;
}
