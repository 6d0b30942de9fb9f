// What /proc tells of a process and of sockets, without asking anybody. Called by the stage and by scenarios.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Empty for a process that has gone. */
export function environmentOf(pid: number): Readonly<Record<string, string>> {
  const pairs = read(`/proc/${pid}/environ`)
    .split('\0')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return Object.fromEntries(pairs);
}

export function argumentsOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
}

/** What each descriptor is: `/dev/null`, `pipe`, `socket`. Without what whoever started these tests has left open. */
export function descriptorsOf(pid: number): Readonly<Record<string, string>> {
  const names = readdirSync(`/proc/${pid}/fd`).filter((name) => !isOurs(pid, name));
  return Object.fromEntries(
    names.map((name) => [name, linkOf(`/proc/${pid}/fd/${name}`).replace(/:\[\d+\]$/, '')]),
  );
}

/** Inherited from us: Cyrus's master hands on what it was given, and that is ours to know. */
function isOurs(pid: number, name: string): boolean {
  return Number(name) > 2 && linkOf(`/proc/${pid}/fd/${name}`) === linkOf(`/proc/self/fd/${name}`);
}

/** Every process (zombies apart) that works in this directory or below it: a master and whatever it has started. */
export function processesBelow(directory: string): readonly number[] {
  const isBelow = (path: string) => path === directory || path.startsWith(`${directory}/`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isBelow(linkOf(`/proc/${name}/cwd`)))
    .map(Number);
}

/** The soft limit of open files. */
export function filesLimitOf(pid: number): number {
  return Number(/^Max open files\s+(\d+)/m.exec(read(`/proc/${pid}/limits`))?.[1]);
}

/** A field of /proc/PID/status, such as SigBlk. */
export function statusOf(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? '';
}

/** Its process group and its session: the fifth and sixth fields of /proc/PID/stat. */
export function groupOf(pid: number): { readonly group: number; readonly session: number } {
  const [, , group, session] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ');
  return { group: Number(group), session: Number(session) };
}

export function workingDirectoryOf(pid: number): string {
  return linkOf(`/proc/${pid}/cwd`);
}

/** Is one of its threads running, or would it, if there were a processor for it? */
export function isRunnable(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).some((thread) =>
    / R /.test(read(`/proc/${pid}/task/${thread}/stat`).replace(/^.*\)/, '')),
  );
}

const LISTEN_STATE = '0A';

/** Does anybody listen at this address of IPv4, or at every one? */
export function listens(host: string, port: number): boolean {
  const bytes = host.split('.').map(Number).reverse();
  const address = bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const wanted = [`${address}:${hexPort}`, `00000000:${hexPort}`];
  return read('/proc/net/tcp')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([, local = '', , state]) => state === LISTEN_STATE && wanted.includes(local));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Empty for what has gone, and for a zombie's. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
