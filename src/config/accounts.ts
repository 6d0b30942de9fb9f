// Users and groups by name or number, from the texts of /etc/passwd and /etc/group. Directories such as LDAP are not
// asked (that would need NSS): such users are written as numbers. Pure.

import { err, ok, type Result } from '../lib/result.ts';
import { didYouMean } from './suggest.ts';

export interface User {
  readonly uid: number;
  /** Undefined for a number without an entry in /etc/passwd. */
  readonly gid: number | undefined;
}

export interface UnknownAccount {
  readonly message: string;
  readonly hint: string;
}

/** -1 is no id: it means "leave it" to chown(2) and setresuid(2). */
const ID_MAX = 4_294_967_294;

export function findUser(name: string, passwd: string): Result<User, UnknownAccount> {
  const rows = rowsOf(passwd);
  const id = numberOf(name);
  const row = rows.find((fields) => (id === undefined ? fields[0] === name : numberOf(fields[2]) === id));
  const uid = id ?? numberOf(row?.[2]);
  if (uid === undefined) return err(unknown('user', name, '/etc/passwd', rows));
  return ok({ uid, gid: numberOf(row?.[3]) });
}

export function findGroup(name: string, group: string): Result<number, UnknownAccount> {
  const rows = rowsOf(group);
  const gid = numberOf(name) ?? numberOf(rows.find((fields) => fields[0] === name)?.[2]);
  return gid === undefined ? err(unknown('group', name, '/etc/group', rows)) : ok(gid);
}

function rowsOf(text: string): string[][] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(':')]));
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  return Number(text) <= ID_MAX ? Number(text) : undefined;
}

function unknown(what: string, name: string, file: string, rows: readonly string[][]): UnknownAccount {
  const near = didYouMean(
    name,
    rows.flatMap((fields) => fields[0] ?? []),
  );
  return {
    message: `unknown ${what} "${name}"`,
    hint: near ?? `${file} has no such ${what}; a number is allowed too`,
  };
}
