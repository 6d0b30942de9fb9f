// Which user the master becomes: cyrus_user and cyrus_group, looked up as Cyrus does it. Nobody, when it is that user
// already. Called by run.ts before anything is opened; what must belong to that user is made through asUser().

import { findGroup, findUser } from '../config/accounts.ts';
import type { World } from '../config/world.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { User } from '../os/os.ts';
import type { ImapdSettings } from './imapd-settings.ts';

/** undefined: we are that user. An error is told in Cyrus's words, and ends the master with exit 1. */
export function findIdentity(
  { user: name, group }: Pick<ImapdSettings, 'user' | 'group'>,
  { uid: ownUid, gid: ownGid, passwd, group: groups }: Pick<World, 'uid' | 'gid' | 'passwd' | 'group'>,
): Result<User | undefined, string> {
  const user = findUser(name, passwd);
  if (!user.ok) return err(`no entry in /etc/passwd for user ${name}`);
  const ownGroup = group === undefined ? undefined : findGroup(group, groups);
  if (ownGroup?.ok === false) return err(`no entry in /etc/group for group ${group}`);
  const { uid } = user.value;
  const gid = ownGroup?.value ?? user.value.gid;
  if (gid === undefined) return err(`no entry in /etc/passwd for user ${name}`);
  if (uid === ownUid && gid === ownGid) return ok(undefined);
  if (ownUid !== 0) return err(`can't change to the cyrus user: only root may become ${name}`);
  return ok({ name, uid, gid });
}

/**
 * Makes something as that user, and is root again. Of the whole process, so nothing else may run meanwhile: before the
 * supervisor thread is there, and synchronously.
 */
export function asUser<T>({ uid, gid }: User, make: () => T): T {
  const { geteuid, getegid } = process;
  const [ownUid, ownGid] = [geteuid?.() ?? 0, getegid?.() ?? 0];
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return make();
  } finally {
    process.seteuid?.(ownUid);
    process.setegid?.(ownGid);
  }
}
