// The two masters, each started by root with the same words on the same plain cyrus.conf and imapd.conf, to become cyrus:mail;
// and why they cannot be compared here, if so. Called by the stage and by the test.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { syslogLibrary } from './programs.ts';

export const SIDES = ['cyrus', 'preforkd'] as const;
export type Side = (typeof SIDES)[number];

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CYRUS_MASTER = '/usr/lib/cyrus/bin/master';
const PREFORKD = join(ROOT, 'dist/src/cyrmaster.js');
const AS_CYRUS = ['setpriv', '--reuid=cyrus', '--regid=mail', '--init-groups'] as const;

/** As whom both masters run once they have bound their sockets. */
export function asCyrus(command: readonly string[]): readonly string[] {
  return [...AS_CYRUS, ...command];
}

/** `words` come last: said again, an option of Cyrus's master counts as it was said last. */
export function commandOf(side: Side, directory: string, words: readonly string[]): readonly string[] {
  const at = (name: string) => join(directory, name);
  const master = side === 'cyrus' ? [CYRUS_MASTER] : [process.execPath, PREFORKD];
  const common = ['-C', at('imapd.conf'), '-M', at('cyrus.conf'), '-p', at('master.pid')];
  return [...master, ...common, ...words];
}

/** Both log into `syslog` of the directory; each has what only it needs. */
export function environmentFor(side: Side, directory: string): Readonly<Record<string, string>> {
  const CYRUS_SYSLOG_FILE = join(directory, 'syslog');
  if (side === 'cyrus') return { CYRUS_SYSLOG_FILE, LD_PRELOAD: syslogLibrary() };
  return { CYRUS_SYSLOG_FILE, PREFORKD_CONFIG: join(directory, 'preforkd.conf') };
}

/** What only preforkd reads: it needs no port for its pages here. */
export const PREFORKD_CONF = 'MASTER {\n  http listen=off\n}\n';

/** Nothing of ours: no service of Cyrus is run, only its master. */
export function imapdConf(directory: string): string {
  const at = (name: string) => join(directory, name);
  return `configdirectory: ${at('conf')}
partition-default: ${at('spool')}
proc_path: ${at('proc')}
mboxname_lockpath: ${at('lock')}
syslog_prefix: differential
debug: yes
`;
}

/** Why the comparison cannot be made here; false when it can. */
export function missing(): string | false {
  if (process.geteuid?.() !== 0) return 'only root can start both masters as the user cyrus';
  if (!existsSync(CYRUS_MASTER)) return "Debian's cyrus-imapd is not installed (bench/setup/install.sh)";
  if (spawnSync('cc', ['--version'], { stdio: 'ignore' }).status !== 0)
    return 'there is no C compiler (bench/setup/install.sh)';
  if (!existsSync(PREFORKD)) return 'preforkd is not built (npm run build)';
  const [program = '', ...words] = asCyrus([process.execPath, PREFORKD, '-V']);
  const works = spawnSync(program, words, { stdio: 'ignore' }).status === 0;
  return works ? false : 'the user cyrus cannot run preforkd from this directory';
}

export function hasIpv6(): boolean {
  return existsSync('/proc/net/if_inet6') && / lo\n/.test(readFileSync('/proc/net/if_inet6', 'utf8'));
}
