// Gives root away for good: the whole process becomes another user, with the groups of that user. Called once, by the
// supervisor thread, when its sockets are bound. glibc does it in every thread; what is kept is kept by this thread
// alone, and by no child: to bind ports below 1024, for a reload may bring a new one (capabilities(7)).

import type { Errno, User } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';

// linux/prctl.h, linux/capability.h
const PR_SET_KEEPCAPS = 8;
const CAPABILITY_VERSION_3 = 0x20080522;
const CAP_NET_BIND_SERVICE = 10;
/** Twice effective, permitted and inheritable, for 64 capabilities. */
const CAPABILITY_WORDS = 6;

export function becomeUser({ name, uid, gid }: User): 'done' | Errno {
  if (process.geteuid?.() === uid && process.getegid?.() === gid) return 'done';
  libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
  // The user last: who is not root any more may not change groups.
  const refused =
    libc.initgroups(name, gid) !== 0 || libc.setgid(gid) !== 0 || libc.setuid(uid) !== 0
      ? lastErrno()
      : undefined;
  libc.prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  if (refused !== undefined) return refused;
  keepOnlyBinding();
  return 'done';
}

/** Where it is refused (a container without it), a reload cannot bind such a port and says so: no harm is done. */
function keepOnlyBinding(): void {
  const bit = 1 << CAP_NET_BIND_SERVICE;
  const words = new Uint32Array(CAPABILITY_WORDS);
  words.set([bit, bit]);
  if (libc.capset(new Uint32Array([CAPABILITY_VERSION_3, 0]), words) === 0) return;
  // Not even that is held: then nothing is, which is the other safe state.
  libc.capset(new Uint32Array([CAPABILITY_VERSION_3, 0]), new Uint32Array(CAPABILITY_WORDS));
}
