// Who lives in a process group, from /proc. Called by the supervisor loop when a START job has ended and when the master
// stops, never for workers: it looks at every process of the machine. A zombie lives no more.

import { readdirSync, readFileSync } from 'node:fs';
import type { GroupMember } from '../os.ts';
import { close } from './descriptors.ts';
import { openPidfd } from './processes.ts';

const NUMBER = /^\d+$/;

export function groupMembers(group: number): readonly GroupMember[] {
  const members: GroupMember[] = [];
  for (const name of processNames()) {
    const pid = Number(name);
    if (!livesIn(group, pid)) continue;
    const pidfd = openPidfd(pid);
    if (!pidfd.ok) continue;
    // Again: between the look and the pidfd the pid may have become another's.
    if (livesIn(group, pid)) members.push({ pid, pidfd: pidfd.fd });
    else close(pidfd.fd);
  }
  return members;
}

/** Empty where there is no /proc: then nobody is known. */
function processNames(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => NUMBER.test(name));
  } catch {
    return [];
  }
}

/** proc_pid_stat(5): pid (comm) state ppid pgrp ...; the name may hold blanks and brackets. */
function livesIn(group: number, pid: number): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return false;
  }
  const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
}
