// What /proc tells of a process and of sockets, without asking anybody. Called by the stage and by scenarios.

import { readdirSync, readFileSync } from 'node:fs';

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

/** The soft limit of open files. */
export function filesLimitOf(pid: number): number {
  return Number(/^Max open files\s+(\d+)/m.exec(read(`/proc/${pid}/limits`))?.[1]);
}

/** A field of /proc/PID/status, such as SigBlk. */
export function statusOf(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? '';
}

/** Its process group: the fifth field of /proc/PID/stat. */
export function groupOf(pid: number): number {
  return Number(
    read(`/proc/${pid}/stat`)
      .replace(/^.*\) /, '')
      .split(' ')[2],
  );
}

/** CPU time of all its threads so far, ms; /proc/PID/task/TID/schedstat counts nanoseconds. */
export function cpuMsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0);
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
