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
  /** The master's own hard limit of file descriptors. */
  readonly filesHardLimit: number;
  /** The text of /etc/passwd, /etc/group and /etc/services; empty when there is none. */
  readonly passwd: string;
  readonly group: string;
  readonly services: string;
  /** All addresses of a host, or the reason why there are none. */
  lookup(host: string): Promise<readonly HostAddress[] | string>;
  fileKind(path: string): Promise<FileKind>;
}

export async function liveWorld(): Promise<World> {
  const [passwd, group, services, limits] = await Promise.all(
    ['/etc/passwd', '/etc/group', '/etc/services', '/proc/self/limits'].map(readOrEmpty),
  );
  return {
    cwd: process.cwd(),
    environment: process.env,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    processors: availableParallelism(),
    filesHardLimit: hardLimitOf(limits ?? ''),
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

function hardLimitOf(limits: string): number {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
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
