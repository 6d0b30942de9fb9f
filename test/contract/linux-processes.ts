// Processes as the port contract needs them on Linux: the programs by name, what proc(5) shows of a child,
// and a shortage of descriptors.
// Used by linux-world.ts.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ProcessView, Program, ProgramName } from './world.ts';

const SLEEP_STATE = 'S';

const SCRIPTS: Partial<Record<ProgramName, string>> = {
  'exit-3': 'exit 3',
  'exit-255': 'exit 255',
  'dies-by-sigsegv': 'kill -SEGV $$',
  'writes-to-channel': 'printf message! >&3',
  'leaves-a-child': 'sleep 60 & exit 0',
};

export function program(name: ProgramName, directory: string): Program {
  const environment = ['PATH=/usr/bin:/bin'];
  const script = SCRIPTS[name];
  if (script !== undefined) return { path: '/bin/sh', argv: ['sh', '-c', script], environment };
  if (name === 'exit-0') return { path: '/bin/true', argv: ['true'], environment };
  if (name === 'sleeper') return { path: '/bin/sleep', argv: ['sleep', '60'], environment };
  if (name === 'tells-environment') return { path: '/usr/bin/env', argv: ['env'], environment };
  const file = join(directory, name);
  if (name === 'missing') return { path: file, argv: [name], environment };
  writeFileSync(file, 'no program\n');
  chmodSync(file, name === 'no-format' ? 0o755 : 0o644);
  return { path: name === 'below-a-file' ? join(file, 'program') : file, argv: [name], environment };
}

/** Waits until the program sleeps: before that, its loader has files open. */
export function view(pid: number): ProcessView {
  let status = statusOf(pid);
  while (status('State')[0] !== SLEEP_STATE) status = statusOf(pid);
  const descriptors = readdirSync(`/proc/${pid}/fd`).map((fd) => [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)]);
  return {
    descriptors: Object.fromEntries(descriptors) as Record<number, string>,
    ignoredSignals: BigInt(`0x${status('SigIgn')}`),
    blockedSignals: BigInt(`0x${status('SigBlk')}`),
    processGroup: Number(afterName(pid)[2]),
    directory: readlinkSync(`/proc/${pid}/cwd`),
  };
}

/** proc(5): in stat, the name in brackets may hold anything; state, ppid and pgrp follow it. */
function afterName(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

export function children(): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      return Number(afterName(pid)[1]) === process.pid;
    } catch {
      // Gone since the directory was read: no child of ours, for those we collect ourselves.
      return false;
    }
  });
}

function statusOf(pid: number): (field: string) => string {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (field) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
}

export function stateOf(pid: number): 'alive' | 'zombie' | 'gone' {
  if (!existsSync(`/proc/${pid}`)) return 'gone';
  return statusOf(pid)('State')[0] === 'Z' ? 'zombie' : 'alive';
}

/** Lowers the limit to what is open, and fills the gaps below it. prlimit(1) is util-linux's. */
export function withoutDescriptors(action: () => void): void {
  const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
  const setLimit = (soft: string) =>
    execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${soft}:`], { stdio: 'ignore' });
  const before = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? '';
  // Room for the pipes of the second execFileSync is there once the fillers are closed.
  setLimit(String(highest + 8));
  const fillers: number[] = [];
  try {
    for (;;) fillers.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: full.
  }
  try {
    action();
  } finally {
    for (const fd of fillers) closeSync(fd);
    setLimit(before);
  }
}
