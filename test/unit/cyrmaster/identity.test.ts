// Whom the master becomes, and when it stays who it is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Accounts } from '../../../src/cyrmaster/accounts.ts';
import { findIdentity } from '../../../src/cyrmaster/identity.ts';
import { err, ok } from '../../../src/lib/result.ts';

const USERS: Readonly<Record<string, { readonly uid: number; readonly gid: number }>> = {
  root: { uid: 0, gid: 0 },
  cyrus: { uid: 105, gid: 8 },
};
const GROUPS: Readonly<Record<string, number>> = { root: 0, mail: 8, www: 33 };

/** What the C library says to who runs as these. */
function accounts(uid: number, gid: number): Accounts {
  return {
    uid,
    gid,
    user: (name) => {
      const user = USERS[name];
      if (user === undefined) return err('unknown');
      return uid === 0 || uid === user.uid ? ok(user) : err('forbidden');
    },
    group: (name) => {
      const id = GROUPS[name];
      if (id === undefined) return err('unknown');
      return uid === 0 || id === gid ? ok(id) : err('forbidden');
    },
  };
}

const find = (user: string, group?: string, as = accounts(0, 0)) => findIdentity({ user, group }, as);

describe('started by root', () => {
  test('it becomes cyrus_user, with his own group or the one that is said', () => {
    assert.deepEqual(find('cyrus'), { ok: true, value: { name: 'cyrus', uid: 105, gid: 8 } });
    assert.deepEqual(find('cyrus', 'www'), { ok: true, value: { name: 'cyrus', uid: 105, gid: 33 } });
  });

  test('it stays root where that is cyrus_user', () => {
    assert.deepEqual(find('root'), { ok: true, value: undefined });
  });

  test('a user or a group that is not there is an error', () => {
    assert.deepEqual(find('cyrsu'), { ok: false, error: 'no entry in /etc/passwd for user cyrsu' });
    assert.deepEqual(find('cyrus', 'nix'), { ok: false, error: 'no entry in /etc/group for group nix' });
    assert.deepEqual(find('4711'), { ok: false, error: 'no entry in /etc/passwd for user 4711' });
  });
});

describe('started by somebody else', () => {
  test('it stays who it is where that is cyrus_user', () => {
    const cyrus = accounts(105, 8);
    assert.deepEqual(find('cyrus', undefined, cyrus), { ok: true, value: undefined });
    assert.deepEqual(find('cyrus', 'mail', cyrus), { ok: true, value: undefined });
  });

  test('it may not become another', () => {
    const error = "can't change to the cyrus user: only root may become cyrus";
    assert.deepEqual(find('cyrus', undefined, accounts(1000, 1000)), { ok: false, error });
    assert.deepEqual(find('cyrus', 'www', accounts(105, 8)), { ok: false, error });
  });
});
