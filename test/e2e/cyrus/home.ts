// A private Cyrus for one test: bench/setup makes it, and Debian's own imapd.conf and cyrus.conf are put into it, with other
// paths, ports and users and nothing else changed. Says why none can be had here. When the test is over everything of it
// has ended, also what its master left behind.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../../bench/lib/ports.ts';
import { type CyrusHome, cyrusMissing, cyrusProgram, makeCyrusHome } from '../../../bench/setup/cyrus.ts';
import { asUser } from '../../../bench/setup/masters.ts';
import { PREFORKD } from '../harness.ts';
import { processesIn } from '../support.ts';

const SHIPPED_IMAPD_CONF = '/etc/imapd.conf';
const SHIPPED_CYRUS_CONF = '/etc/cyrus.conf';

/** What Debian's cyrus.conf listens on by TCP, as it is written there. */
const TCP_SERVICES = {
  imap: 'imap',
  pop3: 'pop3',
  nntp: 'nntp',
  http: '8008',
  sieve: 'localhost:sieve',
} as const;

export type TcpService = keyof typeof TCP_SERVICES;

export interface User {
  readonly name: string;
  readonly group: string;
}

export const CYRUS: User = { name: 'cyrus', group: 'mail' };

/** Calls `end` when the test is over. */
export interface Cleanup {
  after(end: () => void | Promise<void>): void;
}

export interface TestHome extends CyrusHome {
  readonly user: User;
  /** Runs before the directory is removed. */
  beforeRemoval(end: () => void | Promise<void>): void;
}

/** Why no test with these programs of Cyrus can run here; false when it can. */
export function obstacle(programs: readonly string[] = [], user = CYRUS): string | false {
  const missing = cyrusMissing();
  if (missing !== undefined) return missing;
  const absent = programs.filter((name) => !existsSync(cyrusProgram(name)));
  if (absent.length > 0)
    return `${absent.join(', ')} missing: apt-get install cyrus-pop3d cyrus-nntpd cyrus-caldav`;
  const [setpriv = '', ...words] = asUser(user);
  const reads = spawnSync(setpriv, [...words, process.execPath, PREFORKD, '--version']).status === 0;
  return !reads && `needs setpriv, a user ${user.name}, and a checkout that ${user.name} may read`;
}

/** `more`: settings of imapd.conf besides those of Debian and of bench/setup. */
export function testHome(
  test: Cleanup,
  { user = CYRUS, more = {} }: { user?: User; more?: Readonly<Record<string, string>> } = {},
): TestHome {
  const home = makeCyrusHome();
  const ends: (() => void | Promise<void>)[] = [];
  test.after(async () => {
    for (const end of ends) await end();
    // A daemon that has left its master. Whatever works in this directory was started by this test.
    for (const pid of processesIn(home.directory)) process.kill(pid, 'SIGKILL');
    home.dispose();
  });
  const news = join(home.directory, 'news');
  mkdirSync(news);
  const own = settingsOf(readFileSync(home.imapdConf, 'utf8'));
  const shipped = settingsOf(readFileSync(SHIPPED_IMAPD_CONF, 'utf8'));
  const settings = { ...shipped, ...own, 'partition-news': news, newsspool: news, ...more };
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(home.imapdConf, lines.join(''));
  execFileSync('chown', ['-R', `${user.name}:${user.group}`, home.directory]);
  return { ...home, user, beforeRemoval: (end) => void ends.push(end) };
}

function settingsOf(text: string): Readonly<Record<string, string>> {
  const lines = [...text.matchAll(/^([\w-]+):[ \t]*(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}

export interface Shipped {
  readonly file: string;
  readonly ports: Readonly<Record<TcpService, number>>;
}

/**
 * Debian's cyrus.conf for this home. Only ports, the paths of sockets and imapd.conf are other ones; and idled is no longer
 * a comment, as that comment asks whoever wants it.
 */
export async function shippedConfiguration(home: CyrusHome): Promise<Shipped> {
  const names = Object.keys(TCP_SERVICES) as TcpService[];
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, at) => [name, free[at] ?? 0])) as Record<
    TcpService,
    number
  >;
  let text = readFileSync(SHIPPED_CYRUS_CONF, 'utf8')
    .replaceAll('/run/cyrus/socket/', `${home.directory}/socket/`)
    .replace(/cmd="((?:\/usr\/sbin\/cyrus )?[^" ]+)/g, `cmd="$1 -C ${home.imapdConf}`)
    .replace(/#(?=idled\s)/, '');
  for (const name of names) {
    const written = TCP_SERVICES[name];
    const host = written.startsWith('localhost:') ? 'localhost' : '127.0.0.1';
    text = text.replace(`listen="${written}"`, `listen="${host}:${ports[name]}"`);
  }
  return { file: home.configure('cyrus.conf', text), ports };
}
