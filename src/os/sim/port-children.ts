// The children of the port: spawn, wait, signal. As in os/linux/spawn.ts and processes.ts, seen from above.

import { assert } from '../../lib/assert.ts';
import type { Errno, Fd, GroupMember, Os, Signal, SpawnOutcome, SpawnRequest } from '../os.ts';
import { DescriptorTable } from './files.ts';
import { Pidfd } from './pidfd.ts';
import type { Process } from './process.ts';
import type { Seat } from './seat.ts';

/** MAX_ARG_STRLEN, execve(2): with its NUL. */
const ARGUMENT_BYTES = 131_072;

/** Trying again later may help. Everything else is the request's. As in os/linux/spawn.ts. */
const SHORTAGES: ReadonlySet<Errno> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

const encoder = new TextEncoder();

export function childrenPort(seat: Seat) {
  return {
    spawn: (request) => spawn(seat, request),
    wait: (pidfd) => wait(seat, pidfd),
    signal: (pidfd, signal) => signalOne(seat, pidfd, signal),
    signalGroup: (pid, signal) => signalGroup(seat, pid, signal),
    groupMembers: (group) => groupMembers(seat, group),
  } satisfies Partial<Os>;
}

function spawn(seat: Seat, request: SpawnRequest): SpawnOutcome {
  const { machine } = seat;
  for (const fd of request.descriptors) {
    assert(fd === 'null' || seat.table.get(fd) !== undefined, 'a closed fd was given to a child', { fd });
  }
  seat.enter();
  seat.pass(machine.options.spawnMs());
  const serial = machine.processes.nextSerial();
  const shortage = seat.shortage();
  if (shortage !== undefined) return failed(seat, request, shortage);
  const trouble = requestTrouble(seat, request);
  const program = trouble ?? machine.options.exec(request, serial);
  if (typeof program === 'string') return failed(seat, request, program);
  const pid = machine.processes.nextPid();
  if (pid === undefined) return failed(seat, request, 'EAGAIN');
  const child = machine.processes.spawn(pid, serial, request, childTable(seat, request));
  const pidfd = seat.table.open(child.pidfd);
  if (machine.tracing) machine.trace(`${child.title} is spawned`);
  machine.observer.spawned?.(child);
  child.start(program, machine.options.execMs());
  return { kind: 'spawned', pid, pidfd };
}

function failed({ machine }: Seat, { path }: SpawnRequest, errno: Errno): SpawnOutcome {
  if (machine.tracing) machine.trace(`${path} cannot be spawned: ${errno}`);
  return { kind: 'failed', errno, stage: SHORTAGES.has(errno) ? 'fork' : 'exec' };
}

function requestTrouble({ machine }: Seat, { argv, environment, cwd }: SpawnRequest): Errno | undefined {
  const trouble = cwd === undefined ? undefined : machine.paths.directoryTrouble(cwd);
  if (trouble !== undefined) return trouble;
  const tooLong = (text: string) => encoder.encode(text).length >= ARGUMENT_BYTES;
  return argv.some(tooLong) || environment.some(tooLong) ? 'E2BIG' : undefined;
}

function childTable({ machine, table }: Seat, { descriptors }: SpawnRequest): DescriptorTable {
  const given = new DescriptorTable();
  for (const fd of descriptors) {
    const file = fd === 'null' ? machine.null : table.get(fd);
    if (file !== undefined) given.open(file);
  }
  return given;
}

function wait(seat: Seat, pidfd: Fd): ReturnType<Os['wait']> {
  seat.call();
  const { process } = seat.as(pidfd, Pidfd, 'a pidfd');
  const { machine } = seat;
  if (process.state === 'alive') return { kind: 'running' };
  if (process.state === 'reaped' || process.how === undefined) return { kind: 'failed', errno: 'ECHILD' };
  machine.processes.reap(process);
  machine.observer.reaped?.(process);
  return process.how;
}

function signalOne(seat: Seat, pidfd: Fd, signal: Signal): 'sent' | Errno {
  seat.call();
  const { process } = seat.as(pidfd, Pidfd, 'a pidfd');
  // Nobody is hit: a pidfd knows whose it is.
  if (process.state === 'reaped') return 'ESRCH';
  if (process.serial > 0) tell(seat, signal, process.pid, process, false);
  else if (seat.machine.tracing) seat.machine.trace(`the master sends ${signal} to ${process.title}`);
  process.signal(signal);
  return 'sent';
}

function signalGroup(seat: Seat, pid: number, signal: Signal): 'sent' | Errno {
  seat.call();
  // kill(2): -1 would be every process, 0 our own group.
  assert(Number.isInteger(pid) && pid > 1, 'not the pid of a child', { pid });
  const { processes } = seat.machine;
  const leader = processes.get(pid);
  tell(seat, signal, pid, leader !== undefined && leader.serial > 0 ? leader : undefined, true);
  const group = processes.group(pid);
  if (group === undefined) return 'ESRCH';
  for (const process of group) process.signal(signal);
  return 'sent';
}

function groupMembers(seat: Seat, group: number): readonly GroupMember[] {
  seat.call();
  const members: GroupMember[] = [];
  for (const process of seat.machine.processes.group(group) ?? []) {
    if (process.state !== 'alive' || seat.shortage() !== undefined) continue;
    members.push({ pid: process.pid, pidfd: seat.table.open(process.pidfd) });
  }
  return members;
}

function tell(
  { machine }: Seat,
  signal: Signal,
  pid: number,
  target: Process | undefined,
  group: boolean,
): void {
  if (machine.tracing) {
    machine.trace(
      `the master sends ${signal} to ${group ? 'the group of ' : ''}${target?.title ?? `pid ${pid}`}`,
    );
  }
  machine.observer.signalled?.(signal, pid, target, group);
}
