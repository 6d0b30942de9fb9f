// A private Cyrus IMAP on this machine: Debian's programs, everything else in one directory of its own, unprivileged
// ports on loopback, users in a sasldb. The same installation is run by Cyrus's own master and by preforkd, so that
// the two can be compared. Needs root (to give the directory to `cyrus`) and Debian's packages (setup/install.sh).
// Source of the settings: imapd.conf(5), cyrus.conf(5) of Cyrus 3.6.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = '/usr/lib/cyrus/bin';
/** Cyrus's own; it must exist below the configuration directory (mkimap(8)). */
const CONFIGURATION_FOLDERS = [
  'db',
  'log',
  'msg',
  'proc',
  'ptclient',
  'quota',
  'sieve',
  'socket',
  'sync',
  'user',
];
const FOLDERS = ['conf', 'spool', 'proc', 'lock', 'sieve', 'socket'];

export const CYRUS_USER = { user: 'anna', password: 'secret', server: 'bench.test' } as const;

export interface CyrusHome {
  readonly directory: string;
  readonly imapdConf: string;
  /** Writes a cyrus.conf of these lines and returns its path. */
  configure(name: string, text: string): string;
  /** `cmd=` of one of Cyrus's services, with our imapd.conf. */
  command(program: string, options?: string): string;
  dispose(): void;
}

/** Why no private Cyrus can be made here; undefined when one can. */
export function cyrusMissing(): string | undefined {
  if (process.geteuid?.() !== 0)
    return 'only root can make a private Cyrus (its files belong to the user cyrus)';
  if (!existsSync(join(PROGRAMS, 'imapd'))) return 'cyrus-imapd is not installed: run bench/setup/install.sh';
  if (!existsSync('/usr/sbin/saslpasswd2')) return 'sasl2-bin is not installed: run bench/setup/install.sh';
  return undefined;
}

export function cyrusProgram(name: string): string {
  return join(PROGRAMS, name);
}

export function makeCyrusHome(): CyrusHome {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-cyrus-'));
  chmodSync(directory, 0o755);
  for (const folder of FOLDERS) mkdirSync(join(directory, folder));
  for (const folder of CONFIGURATION_FOLDERS) mkdirSync(join(directory, 'conf', folder));
  const imapdConf = join(directory, 'imapd.conf');
  writeFileSync(imapdConf, settings(directory));
  const { user, password, server } = CYRUS_USER;
  execFileSync('saslpasswd2', ['-f', join(directory, 'sasldb2'), '-c', '-p', '-u', server, user], {
    input: password,
  });
  execFileSync('chown', ['-R', 'cyrus:mail', directory]);
  return {
    directory,
    imapdConf,
    configure: (name, text) => {
      const path = join(directory, name);
      writeFileSync(path, text);
      return path;
    },
    command: (program, options = '') => `${cyrusProgram(program)} -C ${imapdConf}${options && ` ${options}`}`,
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function settings(directory: string): string {
  const at = (name: string) => join(directory, name);
  return `configdirectory: ${at('conf')}
partition-default: ${at('spool')}
proc_path: ${at('proc')}
mboxname_lockpath: ${at('lock')}
idlesocket: ${at('socket/idle')}
notifysocket: ${at('socket/notify')}
lmtpsocket: ${at('socket/lmtp')}
sievedir: ${at('sieve')}
servername: ${CYRUS_USER.server}
admins: admin
allowplaintext: yes
sasl_mech_list: PLAIN LOGIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${at('sasldb2')}
autocreate_quota: 0
syslog_prefix: cyrus
`;
}
