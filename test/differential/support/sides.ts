// The two masters, each as an administrator would start it on the same plain cyrus.conf, as cyrus:mail; and why they
// cannot be compared here, if so. Called by the stage and by the test.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SIDES = ['cyrus', 'preforkd'] as const;
export type Side = (typeof SIDES)[number];

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CYRUS_MASTER = '/usr/lib/cyrus/bin/master';
const PREFORKD = join(ROOT, 'dist/src/main.js');
const AS_CYRUS = ['setpriv', '--reuid=cyrus', '--regid=mail', '--init-groups'] as const;

/** Without -d and -D: in the foreground, standard descriptors at /dev/null, as under systemd. */
export function commandOf(side: Side, directory: string): readonly string[] {
  const at = (name: string) => join(directory, name);
  const cyrus = [CYRUS_MASTER, '-C', at('imapd.conf'), '-M', at('cyrus.conf'), '-p', at('master.pid')];
  const preforkd = [process.execPath, PREFORKD, 'run', at('cyrus.conf')];
  return [...AS_CYRUS, ...(side === 'cyrus' ? cyrus : preforkd)];
}

/** Nothing of ours: no service of Cyrus is run, only its master. */
export function imapdConf(directory: string): string {
  const at = (name: string) => join(directory, name);
  return `configdirectory: ${at('conf')}
partition-default: ${at('spool')}
proc_path: ${at('proc')}
mboxname_lockpath: ${at('lock')}
syslog_prefix: differential
`;
}

/** Why the comparison cannot be made here; false when it can. */
export function missing(): string | false {
  if (process.geteuid?.() !== 0) return 'only root can start both masters as the user cyrus';
  if (!existsSync(CYRUS_MASTER)) return "Debian's cyrus-imapd is not installed (bench/setup/install.sh)";
  if (spawnSync('cc', ['--version'], { stdio: 'ignore' }).status !== 0)
    return 'there is no C compiler (bench/setup/install.sh)';
  if (!existsSync(PREFORKD)) return 'preforkd is not built (npm run build)';
  const [program = '', ...words] = [...AS_CYRUS, process.execPath, PREFORKD, '--version'];
  const works = spawnSync(program, words, { stdio: 'ignore' }).status === 0;
  return works ? false : 'the user cyrus cannot run preforkd from this directory';
}

export function hasIpv6(): boolean {
  return existsSync('/proc/net/if_inet6') && / lo\n/.test(readFileSync('/proc/net/if_inet6', 'utf8'));
}
