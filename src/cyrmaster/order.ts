// What the caller wants: the command line and imapd.conf together, every path absolute, for the working directory may
// change. Or why that cannot be, with Cyrus's exit code for it (78). Called by run.ts, once.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '../lib/exit-codes.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { IMAPD_CONF_DEFAULT, readImapdConf } from './imapd-conf.ts';
import { type ImapdSettings, readSettings } from './imapd-settings.ts';

export interface Order {
  readonly line: CommandLine;
  readonly settings: ImapdSettings;
  readonly cyrusConf: string;
  readonly pidfile: string;
  readonly readyFile: string | undefined;
  readonly logfile: string | undefined;
  /** PREFORKD_CONFIG: settings that only we have. */
  readonly ownFile: string | undefined;
}

export interface Refusal {
  readonly exitCode: number;
  readonly text: string;
}

const CYRUS_CONF_DEFAULT = '/etc/cyrus.conf';

export function readOrder(
  line: CommandLine,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Order, Refusal> {
  const conf = readImapdConf(absolute(line.imapdConf) ?? IMAPD_CONF_DEFAULT, environment.CYRUS_PREFIX);
  if (!conf.ok) return err({ exitCode: EXIT.configuration, text: conf.error });
  const settings = readSettings(conf.value, environment);
  if (!settings.ok) return err({ exitCode: EXIT.configuration, text: settings.error });
  const { pidfile, readyFile } = settings.value;
  return ok({
    line,
    settings: settings.value,
    cyrusConf: belowPrefix(absolute(line.cyrusConf) ?? CYRUS_CONF_DEFAULT, environment.CYRUS_PREFIX),
    pidfile: absolute(line.pidfile) ?? pidfile,
    readyFile: absolute(line.readyFile) ?? readyFile,
    logfile: absolute(line.logfile),
    // Empty is how units and scripts unset a variable.
    ownFile: absolute(environment.PREFORKD_CONFIG || undefined),
  });
}

/** The command line alone: some of it is answered before any file is read. */
export function readCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<CommandLine, Refusal> {
  const line = parseCommandLine(argv, environment);
  return line.ok ? line : err({ exitCode: EXIT.configuration, text: line.error });
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function belowPrefix(path: string, prefix = ''): string {
  return prefix !== '' && existsSync(prefix + path) ? prefix + path : path;
}
