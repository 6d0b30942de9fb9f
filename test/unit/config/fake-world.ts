// A machine for the tests of the configuration: a few users, hosts, ports and programs, the same everywhere.

import type { Overrides } from '../../../src/config/build-master.ts';
import type { LoadOutcome } from '../../../src/config/index.ts';
import { loadText } from '../../../src/config/index.ts';
import type { HostAddress, World } from '../../../src/config/world.ts';
import type { ServiceSpec } from '../../../src/core/spec.ts';

const HOSTS: Readonly<Record<string, readonly HostAddress[]>> = {
  localhost: [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ],
  '127.0.0.1': [{ address: '127.0.0.1', family: 4 }],
  '::1': [{ address: '::1', family: 6 }],
};

const PROGRAMS = new Set([
  '/usr/lib/cyrus/bin/imapd',
  '/usr/lib/cyrus/bin/idled',
  '/usr/bin/true',
  '/usr/bin/imapd',
  '/usr/bin/nice',
  '/usr/bin/prlimit',
  '/usr/bin/setpriv',
  '/bin/sh',
  '/srv/app/bin/worker',
]);

const FILES: ReadonlySet<string> = new Set([
  '/srv/app/readme.txt',
  '/srv/app/secret',
  '/a.pem',
  '/b.pem',
  '/etc/preforkd/token',
  '/etc/preforkd/host.pem',
  '/etc/preforkd/host.key',
]);

export const ROOT_WORLD: World = {
  cwd: '/srv/app',
  environment: { PATH: '/usr/local/bin:/usr/bin' },
  uid: 0,
  gid: 0,
  processors: 4,
  filesMost: 1_048_576,
  passwd: 'root:x:0:0:root:/root:/bin/sh\ncyrus:x:105:8:Cyrus:/var/spool/cyrus:/usr/sbin/nologin\n',
  group: 'root:x:0:\nmail:x:8:\nwww:x:33:cyrus\n',
  services: '# a comment\nimap2 143/tcp imap\nimaps 993/tcp\ndomain 53/udp\n',
  async lookup(host) {
    return HOSTS[host] ?? 'ENOTFOUND';
  },
  async fileKind(path) {
    if (PROGRAMS.has(path)) return 'program';
    if (path === '/srv/app' || path === '/srv/app/data') return 'directory';
    return FILES.has(path) ? 'not executable' : 'missing';
  },
};

export const USER_WORLD: World = { ...ROOT_WORLD, uid: 1000, gid: 1000 };

export function load(source: string, world = ROOT_WORLD, overrides: Overrides = {}): Promise<LoadOutcome> {
  return loadText(source, 'test.conf', { world, overrides });
}

/** Loads what must be right. */
export async function loaded(source: string, world = ROOT_WORLD, overrides: Overrides = {}) {
  const outcome = await load(source, world, overrides);
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.diagnostics, undefined, 1)}`);
  return outcome;
}

/** The services of entries in a file that is held to account. */
export async function servicesOf(entries: string, world = ROOT_WORLD): Promise<readonly ServiceSpec[]> {
  return (await loaded(`MASTER { }\nSERVICES {\n${entries}\n}\n`, world)).master.services;
}

/** Diagnostics as `severity line:column message`, whether the file is refused or not. */
export async function complaints(
  source: string,
  world = ROOT_WORLD,
  overrides: Overrides = {},
): Promise<string[]> {
  const outcome = await load(source, world, overrides);
  const list = outcome.ok ? outcome.warnings : outcome.diagnostics;
  return list.map(({ severity, line, column, message }) => `${severity} ${line}:${column} ${message}`);
}

/** Complaints about one entry of SERVICES (on line 3) in a file that is held to account. */
export function complaintsOf(entry: string, world = ROOT_WORLD): Promise<string[]> {
  return complaints(`MASTER { }\nSERVICES {\n${entry}\n}\n`, world);
}
