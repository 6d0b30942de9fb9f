// Starts a program by posix_spawn(3): no fork of Node's memory, 0.1 ms of the master's time. Called by the
// supervisor loop for every worker. The child finds exactly the given descriptors, default signals, an empty mask
// and a process group of its own. Never leaves a child without a pidfd, nor a descriptor behind.

import { constants } from 'node:os';
import { assert } from '../../lib/assert.ts';
import type { Errno, Fd, SpawnOutcome, SpawnRequest } from '../os.ts';
import { close, duplicate } from './descriptors.ts';
import { errnoName, lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { endAtOnce, openPidfd } from './processes.ts';
import { O_CLOEXEC, O_RDWR, SIGSET_BYTES, SPAWN_ACTIONS_BYTES, SPAWN_ATTRIBUTES_BYTES } from './structs.ts';

// spawn.h
const POSIX_SPAWN_SETPGROUP = 0x02;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;

// close_range(2); the number is the same on every processor.
const SYS_CLOSE_RANGE = 436;
const CLOSE_RANGE_CLOEXEC = 4;
const LAST_FD = 0xff_ff_ff_ff;

/** Sources of dup2 are kept at or above this, hence never overwritten by an earlier dup2 to a low target. */
const LEAST_SOURCE_FD = 10;

/** The machine or the user is short of something: trying again later may help. Everything else is the request's. */
const SHORTAGES: ReadonlySet<Errno> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

const actions = new Uint8Array(SPAWN_ACTIONS_BYTES);
const pidOut = new Int32Array(new ArrayBuffer(4));
const ofAGroup = prepareAttributes(POSIX_SPAWN_SETPGROUP);

/** Kept open for good: duplicating it spares each child an open(2), and works without /dev in a chroot. */
const nullFd = openNull();

/** Once for all children. Node ignores SIGPIPE and SIGXFSZ, and what is ignored survives exec: reset them all. */
function prepareAttributes(leader: number): Uint8Array {
  const attributes = new Uint8Array(SPAWN_ATTRIBUTES_BYTES);
  const signals = new Uint8Array(SIGSET_BYTES);
  must(libc.attrInit(attributes), 'posix_spawnattr_init');
  const flags = leader | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  must(libc.attrSetFlags(attributes, flags), 'posix_spawnattr_setflags');
  must(libc.attrSetGroup(attributes, 0), 'posix_spawnattr_setpgroup');
  must(libc.attrSetMask(attributes, signals), 'posix_spawnattr_setsigmask');
  // Every bit, not sigfillset(3): that leaves out glibc's own signals 32 and 33, which would then be ignored.
  signals.fill(0xff);
  must(libc.attrSetDefaults(attributes, signals), 'posix_spawnattr_setsigdefault');
  return attributes;
}

function openNull(): Fd {
  const fd = libc.open('/dev/null', O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) assert(false, '/dev/null cannot be opened', { errno: lastErrno() });
  const high = duplicate(fd, LEAST_SOURCE_FD);
  if (!high.ok) return fd;
  close(fd);
  return high.fd;
}

function must(errno: number, what: string): void {
  assert(errno === 0, `${what} failed`, { errno: errnoName(errno) });
}

export function spawn(request: SpawnRequest): SpawnOutcome {
  return spawnWith(request, ofAGroup);
}

/** The child leads a session of its own, without a terminal. */
export function spawnSession(request: SpawnRequest): SpawnOutcome {
  return spawnWith(request, prepareAttributes(POSIX_SPAWN_SETSID));
}

function spawnWith(request: SpawnRequest, attributes: Uint8Array): SpawnOutcome {
  const placed = placeSources(request.descriptors);
  if (!placed.ok) return { kind: 'failed', errno: placed.errno, stage: 'fork' };
  const result = execute(request, placed.sources, attributes);
  for (const copy of placed.copies) close(copy);
  return result === 0 ? supervised(pidOut[0] as number) : failure(errnoName(result));
}

/**
 * The source of each descriptor, above every target. So no dup2 destroys a source that is still needed, and none
 * is of a number to itself, which would leave FD_CLOEXEC set.
 */
function placeSources(
  descriptors: SpawnRequest['descriptors'],
): { ok: true; sources: Fd[]; copies: Fd[] } | { ok: false; errno: Errno } {
  const least = Math.max(LEAST_SOURCE_FD, descriptors.length);
  const sources: Fd[] = [];
  const copies: Fd[] = [];
  for (const descriptor of descriptors) {
    const fd = descriptor === 'null' ? nullFd : descriptor;
    if (fd >= least) {
      sources.push(fd);
      continue;
    }
    const copy = duplicate(fd, least);
    if (!copy.ok) {
      for (const made of copies) close(made);
      return copy;
    }
    sources.push(copy.fd);
    copies.push(copy.fd);
  }
  return { ok: true, sources, copies };
}

/** Returns an errno number, or 0: the child has executed its program (glibc waits for that). */
function execute(request: SpawnRequest, sources: readonly Fd[], attributes: Uint8Array): number {
  must(libc.actionsInit(actions), 'posix_spawn_file_actions_init');
  let trouble = 0;
  for (let target = 0; target < sources.length; target++) {
    trouble ||= libc.actionsDup2(actions, sources[target] as Fd, target);
  }
  // glibc compares the numbers with RLIMIT_NOFILE, which somebody may have lowered since: a shortage, not our bug.
  if (trouble === constants.errno.EBADF) trouble = constants.errno.EMFILE;
  // After the dup2s, before the chdir: the order in which the child does them.
  if (!closeAtExec(sources.length)) trouble ||= libc.actionsCloseFrom(actions, sources.length);
  if (request.cwd !== undefined) trouble ||= libc.actionsChdir(actions, request.cwd);
  const argv = [...request.argv, null];
  const environment = [...request.environment, null];
  trouble ||= libc.posixSpawn(pidOut, request.path, actions, attributes, argv, environment);
  libc.actionsDestroy(actions);
  return trouble;
}

/**
 * Marks all that the child is not given. The parent waits while a child closes, but not while exec does: with 10,000
 * descriptors that is most of a spawn (docs/generated/BENCH.md). Each time anew, for some may have been inherited or opened
 * by others. False: the kernel cannot (before 5.11).
 */
function closeAtExec(from: Fd): boolean {
  return libc.syscall(SYS_CLOSE_RANGE, from, LAST_FD, CLOSE_RANGE_CLOEXEC, 0) === 0;
}

/** Free of races: the child is ours and unreaped, so its pid cannot have been given to anybody else. */
function supervised(pid: number): SpawnOutcome {
  const pidfd = openPidfd(pid);
  if (pidfd.ok) return { kind: 'spawned', pid, pidfd: pidfd.fd };
  endAtOnce(pid);
  return { kind: 'failed', errno: pidfd.errno, stage: 'fork' };
}

function failure(errno: Errno): SpawnOutcome {
  assert(errno !== 'EBADF', 'a closed fd was given to a child');
  return { kind: 'failed', errno, stage: SHORTAGES.has(errno) ? 'fork' : 'exec' };
}
