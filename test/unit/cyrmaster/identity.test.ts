// Whom the master becomes, and when it stays who it is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findIdentity } from '../../../src/cyrmaster/identity.ts';
import { ROOT_WORLD, USER_WORLD } from '../config/fake-world.ts';

const find = (user: string, group?: string, world = ROOT_WORLD) => findIdentity({ user, group }, world);

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
    const cyrus = { ...USER_WORLD, uid: 105, gid: 8 };
    assert.deepEqual(find('cyrus', undefined, cyrus), { ok: true, value: undefined });
  });

  test('it may not become another', () => {
    const outcome = find('cyrus', undefined, USER_WORLD);
    assert.ok(!outcome.ok);
    assert.match(outcome.error, /^can't change to the cyrus user: /);
  });
});
