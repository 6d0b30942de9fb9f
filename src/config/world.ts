// What the configuration must know of the machine to be resolved: names of hosts, ports, users and groups, programs,
// limits. One value, so that tests can give another machine. liveWorld() reads the real one afresh, for users and
// hosts may have changed since the last reload.

import { promises as dns } from 'node:dns';
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export type FileKind = 'program' | 'not executable' | 'directory' | 'missing' | 'forbidden';

export interface World {
  /** The master's working directory: relative paths begin here. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly gid: number;
  readonly processors: number;
  /** The most file descriptors that this master can grant to a process. */
  readonly filesMost: number;
  /** The text of /etc/passwd, /etc/group and /etc/services; empty when there is none. */
  readonly passwd: string;
  readonly group: string;
  readonly services: string;
  /** All addresses of a host, or the reason why there are none. */
  lookup(host: string): Promise<readonly HostAddress[] | string>;
  fileKind(path: string): Promise<FileKind>;
}

/** `as`: whom the master will have become when it starts programs. */
export async function liveWorld(as?: { readonly uid: number; readonly gid: number }): Promise<World> {
  const [passwd, group, services] = await Promise.all(
    ['/etc/passwd', '/etc/group', '/etc/services'].map(readOrEmpty),
  );
  return {
    cwd: process.cwd(),
    environment: process.env,
    uid: as?.uid ?? process.geteuid?.() ?? 0,
    gid: as?.gid ?? process.getegid?.() ?? 0,
    processors: availableParallelism(),
    filesMost: await filesMost(as === undefined || as.uid === 0),
    passwd: passwd ?? '',
    group: group ?? '',
    services: services ?? '',
    lookup,
    fileKind,
  };
}

function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** CAP_SYS_RESOURCE raises hard limits; root in a container usually lacks it. */
const SYS_RESOURCE_BIT = 1n << 24n;

async function filesMost(keepsCapabilities: boolean): Promise<number> {
  const [limits = '', status = '', systemMost = ''] = await Promise.all(
    ['/proc/self/limits', '/proc/self/status', '/proc/sys/fs/nr_open'].map(readOrEmpty),
  );
  const capabilities = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? '';
  const mayRaise = keepsCapabilities && (capabilities & SYS_RESOURCE_BIT) !== 0n;
  const most = mayRaise ? systemMost.trim() : hard;
  return most === '' ? Number.POSITIVE_INFINITY : Number(most);
}

async function lookup(host: string): Promise<readonly HostAddress[] | string> {
  try {
    const found = await dns.lookup(host, { all: true, verbatim: true });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  } catch (error) {
    return codeOf(error);
  }
}

async function fileKind(path: string): Promise<FileKind> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return 'directory';
    if (!status.isFile()) return 'not executable';
  } catch (error) {
    return codeOf(error) === 'EACCES' ? 'forbidden' : 'missing';
  }
  return access(path, constants.X_OK).then(
    () => 'program',
    () => 'not executable',
  );
}

/** The errno of a failed call, or its message. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
