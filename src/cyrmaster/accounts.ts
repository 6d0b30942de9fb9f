// Users and groups by name, as the C library finds them: /etc/passwd, LDAP and whatever else nsswitch.conf names. Node has
// no call for that, but looks a name up when it is to become it; so the process becomes it for a moment and looks what it
// is then. Of the whole process and synchronous: only before the supervisor thread is there. Called by identity.ts.

import { userInfo } from 'node:os';
import { err, ok, type Result } from '../lib/result.ts';

/** `forbidden`: there is one, but only root may become it. */
export type NoAccount = 'unknown' | 'forbidden';

export interface Accounts {
  readonly uid: number;
  readonly gid: number;
  /** The ids of a user, with those of its group. */
  user(name: string): Result<{ readonly uid: number; readonly gid: number }, NoAccount>;
  group(name: string): Result<number, NoAccount>;
}

export function liveAccounts(): Accounts {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return {
    uid,
    gid,
    user: (name) =>
      attempt(() => {
        process.seteuid?.(name);
        try {
          const { uid: itsUid, gid: itsGid } = userInfo();
          return { uid: itsUid, gid: itsGid };
        } finally {
          process.seteuid?.(uid);
        }
      }),
    group: (name) =>
      attempt(() => {
        process.setegid?.(name);
        const found = process.getegid?.() ?? gid;
        process.setegid?.(gid);
        return found;
      }),
  };
}

function attempt<T>(look: () => T): Result<T, NoAccount> {
  try {
    return ok(look());
  } catch (error) {
    return err((error as NodeJS.ErrnoException).code === 'EPERM' ? 'forbidden' : 'unknown');
  }
}
