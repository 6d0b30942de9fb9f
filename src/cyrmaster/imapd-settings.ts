// What the master reads of imapd.conf: names -> values with Cyrus's defaults. An option may be given for the master
// alone (`master_syslog_prefix`), which then counts. Where the environment may have its say (CYRUS_USER, CYRUS_GROUP,
// CYRUS_SYSLOG_PREFIX) it comes first, as in Cyrus. Called by run.ts. Pure.

import { err, ok, type Result } from '../lib/result.ts';
import type { ImapdConf } from './imapd-conf.ts';

export interface ImapdSettings {
  readonly configDirectory: string;
  readonly syslogPrefix: string | undefined;
  /** As written: DAEMON, MAIL, LOCAL0 ... */
  readonly syslogFacility: string | undefined;
  readonly pidfile: string;
  /** undefined: none is made. */
  readonly readyFile: string | undefined;
  readonly bindErrorsFatal: boolean;
  /** Messages of priority debug are wanted. */
  readonly debug: boolean;
  readonly user: string;
  /** undefined: the user's own. */
  readonly group: string | undefined;
  /** Where `cyr_info proc` looks. */
  readonly procPath: string;
}

/** As Debian builds it. */
const PIDFILE_DEFAULT = '/run/cyrus-master.pid';
const USER_DEFAULT = 'cyrus';

const PREFIX_OF_MASTER = 'master_';
const CONFIG_DIRECTORY = '{configdirectory}';

export function readSettings(
  conf: ImapdConf,
  environment: Readonly<Record<string, string | undefined>>,
): Result<ImapdSettings, string> {
  const written = (name: string) => conf.get(PREFIX_OF_MASTER + name) ?? conf.get(name);
  const configDirectory = written('configdirectory');
  if (configDirectory === undefined) {
    return err('configdirectory option not specified in configuration file');
  }
  if (!configDirectory.startsWith('/')) return err('configdirectory must be fully qualified');
  if (configDirectory === '/') return err("configdirectory must not be '/'");
  const path = (name: string) => inDirectory(written(name), configDirectory);
  const fatal = switchOf(conf.get('master_bind_errors_fatal'));
  if (fatal === undefined) return err('non-switch value for master_bind_errors_fatal');
  const debug = switchOf(written('debug'));
  if (debug === undefined) return err('non-switch value for debug');
  return ok({
    configDirectory,
    syslogPrefix: environment.CYRUS_SYSLOG_PREFIX ?? written('syslog_prefix'),
    syslogFacility: written('syslog_facility'),
    pidfile: path('master_pid_file') ?? PIDFILE_DEFAULT,
    readyFile: path('master_ready_file'),
    bindErrorsFatal: fatal,
    debug,
    user: environment.CYRUS_USER ?? written('cyrus_user') ?? USER_DEFAULT,
    group: environment.CYRUS_GROUP ?? written('cyrus_group'),
    procPath: path('proc_path') ?? `${configDirectory}/proc`,
  });
}

/** `{configdirectory}/x`, in any case, stands for a path below it. */
function inDirectory(value: string | undefined, configDirectory: string): string | undefined {
  const stands = value?.slice(0, CONFIG_DIRECTORY.length).toLowerCase() === CONFIG_DIRECTORY;
  return stands && value !== undefined ? configDirectory + value.slice(CONFIG_DIRECTORY.length) : value;
}

function switchOf(value: string | undefined): boolean | undefined {
  if (value === undefined || /^(0|n|of|f)/.test(value)) return false;
  return /^(1|y|on|t)/.test(value) ? true : undefined;
}
