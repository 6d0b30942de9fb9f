// The path of a unix socket: when it may be taken over, with which mode it appears, and when it is removed.
// Called by sockets.ts and notify.ts. Never unlinks what is not a socket, what somebody still listens on, or what
// another process has put in the place of ours. unix(7).

import { chmodSync, chownSync, fchmodSync, lstatSync, unlinkSync } from 'node:fs';
import type { Errno, Fd } from '../os.ts';
import { close } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_NONBLOCK } from './structs.ts';

/** Which file a path named when we bound it. */
export interface PathIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

const OURS_ALONE = 0o600;

/** The errno of a failed call of node:fs; what has none is no operating error and goes on. */
export function errnoOf(error: unknown): Errno {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

/** Runs calls of node:fs; undefined when they succeeded. */
export function attempt(action: () => void): Errno | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

/** Makes the path free for bind(2), if it may be: an errno says why it may not. */
export function clearStale(
  path: string,
  name: Uint8Array,
  nameBytes: number,
  type: number,
): Errno | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isSocket()) return 'EEXIST';
  const state = probe(name, nameBytes, type);
  // Only a refusal says that no process holds the socket; a full queue or a wrong type says that one does.
  if (state !== 'ECONNREFUSED') return state === 'ENOENT' ? undefined : 'EADDRINUSE';
  const trouble = attempt(() => unlinkSync(path));
  return trouble === 'ENOENT' ? undefined : trouble;
}

/** Non-blocking, because connect(2) would wait for room in a live listener's full queue. */
function probe(name: Uint8Array, nameBytes: number, type: number): Errno | 'connected' {
  const fd = libc.socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return lastErrno();
  const state = libc.connect(fd, name, nameBytes) === 0 ? 'connected' : lastErrno();
  close(fd);
  return state;
}

/**
 * Before bind(2): the path takes the mode of the socket's own inode, so it is never open to others, not even for
 * the moment until chmod. (umask(2) would do too, but it is the whole process's, the plane's included.)
 */
export function restrictBeforeBind(fd: Fd): Errno | undefined {
  return attempt(() => fchmodSync(fd, OURS_ALONE));
}

/** Owner first, mode last: nobody but us gets in before both are right. */
export function giveAway(
  path: string,
  mode: number,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Errno | undefined {
  return attempt(() => {
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
    chmodSync(path, mode);
  });
}

export function identify(path: string): PathIdentity | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found && { device: found.dev, inode: found.ino };
}

/** Removes the path if it still names what we bound. A failure is left alone: the next start replaces it. */
export function removeOwn(path: string, ours: PathIdentity): void {
  attempt(() => {
    const now = identify(path);
    if (now?.device === ours.device && now.inode === ours.inode) unlinkSync(path);
  });
}
