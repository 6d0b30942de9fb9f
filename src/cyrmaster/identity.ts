// Which user the master becomes: cyrus_user and cyrus_group, looked up as Cyrus does it. Nobody, when it is that user
// already. Called by master.ts before anything is opened; what must belong to that user is made through asUser().

import { err, ok, type Result } from '../lib/result.ts';
import type { User } from '../os/os.ts';
import type { Accounts } from './accounts.ts';
import type { ImapdSettings } from './imapd-settings.ts';

/** undefined: we are that user. An error is told in Cyrus's words, and ends the master with exit 1. */
export function findIdentity(
  { user: name, group }: Pick<ImapdSettings, 'user' | 'group'>,
  accounts: Accounts,
): Result<User | undefined, string> {
  const forbidden = `can't change to the cyrus user: only root may become ${name}`;
  const user = accounts.user(name);
  if (!user.ok) return err(user.error === 'unknown' ? `no entry in /etc/passwd for user ${name}` : forbidden);
  const ownGroup = group === undefined ? ok(user.value.gid) : accounts.group(group);
  if (!ownGroup.ok)
    return err(ownGroup.error === 'unknown' ? `no entry in /etc/group for group ${group}` : forbidden);
  const { uid } = user.value;
  const gid = ownGroup.value;
  if (uid === accounts.uid && gid === accounts.gid) return ok(undefined);
  return accounts.uid === 0 ? ok({ name, uid, gid }) : err(forbidden);
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
