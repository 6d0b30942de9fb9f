// What START jobs leave running when they end (Debian's idled does: it forks and lives on): known by the job's process group,
// held by pidfds, and ended by SIGTERM when the master stops, as Cyrus's master does by a signal to its own group. A
// group's number is reused when the group is empty: so it is believed only while the job is uncollected, or while one
// whom we hold lives in it. Never signals by number. Called by reap.ts, by the turn and by shutdown.ts.

import type { Fd, GroupMember, Signal } from '../os/os.ts';
import { type Master, tell } from './master.ts';
import { subject } from './owner.ts';
import { STOPLIMIT_DEFAULT_MS } from './retire.ts';
import type { Worker } from './worker.ts';

export interface LeftBehind {
  readonly job: Worker['owner'];
  /** The pid that the job had. */
  readonly group: number;
  members: readonly GroupMember[];
  /** What each was sent last, by pid. */
  readonly told: Map<number, Signal>;
  /** Not ours to signal. */
  readonly beyond: Set<number>;
  /** Monotonic ms; Infinity before the stop. */
  killAt: number;
}

/** The START job has ended and is not collected yet: its group is certainly its own. */
export function noteLeftBehind(master: Master, { owner, pid }: Worker): void {
  const members = master.os.groupMembers(pid);
  if (members.length === 0) return;
  master.leftBehind.push({
    job: owner,
    group: pid,
    members,
    told: new Map(),
    beyond: new Set(),
    killAt: Number.POSITIVE_INFINITY,
  });
  tell(master, { ...subject(owner), kind: 'left-behind', pids: members.map((member) => member.pid) });
}

/** Who has ended is forgotten. When none is left of those that were known, others may have come after them. */
export function watchLeftBehind(master: Master): void {
  const { readable } = master.polled;
  for (const left of [...master.leftBehind]) {
    const ended = left.members.filter(({ pidfd }) => readable.includes(pidfd));
    if (ended.length === 0) continue;
    const stay = left.members.filter((member) => !ended.includes(member));
    // This first: as long as they are looked for at once, the group's number cannot have gone round.
    if (stay.length === 0) left.members = master.os.groupMembers(left.group);
    else left.members = stay;
    closeAll(master, ended);
    if (left.members.length === 0) forget(master, left);
  }
}

/** A step of the stop. True when nobody is left. `deadline`: monotonic ms, then SIGKILL. */
export function endLeftBehind(master: Master, deadline: number): boolean {
  for (const left of [...master.leftBehind]) {
    left.killAt = Math.min(left.killAt, deadline, master.now + STOPLIMIT_DEFAULT_MS);
    lookAgain(master, left);
    signalAll(master, left, master.now >= left.killAt ? 'SIGKILL' : 'SIGTERM');
    if (left.members.length === 0) forget(master, left);
  }
  return master.leftBehind.length === 0;
}

/** Who is in the group now. One whom we held must be among them and live: so long it is the same group. */
function lookAgain(master: Master, left: LeftBehind): void {
  const before = left.members;
  const found = master.os.groupMembers(left.group).filter((member) => {
    if (!left.beyond.has(member.pid)) return true;
    master.os.close(member.pidfd);
    return false;
  });
  const isKnown = ({ pid, pidfd }: GroupMember) =>
    found.some((member) => member.pid === pid) && lives(master, pidfd);
  const same = before.some(isKnown);
  if (!same) closeAll(master, found);
  left.members = same ? found : [];
  closeAll(master, before);
}

function lives(master: Master, pidfd: Fd): boolean {
  return master.os.poll([pidfd], 0).kind !== 'ready';
}

function signalAll(master: Master, left: LeftBehind, signal: Signal): void {
  const { job, told, beyond } = left;
  left.members = left.members.filter(({ pid, pidfd }) => {
    if (told.get(pid) === signal) return true;
    const outcome = master.os.signal(pidfd, signal);
    told.set(pid, signal);
    tell(master, { ...subject(job), kind: 'left-behind-signalled', pid, signal, outcome });
    // ESRCH: it has just ended.
    if (outcome === 'sent') return true;
    beyond.add(pid);
    master.os.close(pidfd);
    return false;
  });
}

function closeAll(master: Master, members: readonly GroupMember[]): void {
  for (const { pidfd } of members) master.os.close(pidfd);
}

function forget(master: Master, left: LeftBehind): void {
  master.leftBehind.splice(master.leftBehind.indexOf(left), 1);
}
