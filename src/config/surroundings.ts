// The keys around a program: user, group, cwd, umask, nice, env, maxfds. Read from an entry, checked against what
// this master may do (only root changes users or raises priorities), and handed to wrappers.ts.

import { resolve } from 'node:path';
import { NEVER_INHERITED } from '../protocol/environment.ts';
import { findGroup, findUser } from './accounts.ts';
import type { EntryReader } from './read.ts';
import type { World } from './world.ts';
import type { RunAs } from './wrappers.ts';

const NEEDS_ROOT = 'the master must run as root for that';

export function readNice(reader: EntryReader, world: World): number | undefined {
  const nice = reader.count('nice');
  if (nice !== undefined && nice < 0 && world.uid !== 0) {
    reader.notes.error(reader.place('nice'), `nice=${nice} raises the priority`, NEEDS_ROOT);
  }
  return nice;
}

/** Cyrus goes on with its own limit when it cannot raise it; so do we, but we say so beforehand. */
export function readFileLimit(reader: EntryReader, world: World): number {
  const files = reader.integer('maxfds');
  if (files <= 0) return 0;
  if (files <= world.filesMost) return files;
  const message = `maxfds=${files} is above what this master can grant, ${world.filesMost}, which is used instead`;
  reader.notes.warning(reader.place('maxfds'), message);
  return world.filesMost;
}

/** The ids to change to; undefined when none are asked for, or when they are the master's own. */
export function readRunAs(reader: EntryReader, world: World): RunAs | undefined {
  const wanted = readIds(reader, world);
  if (wanted === undefined) return undefined;
  if ((wanted.uid ?? world.uid) === world.uid && wanted.gid === world.gid) return undefined;
  if (world.uid === 0) return wanted;
  const key = reader.given('user') === undefined ? 'group' : 'user';
  reader.notes.error(reader.place(key), `${key}= asks for another ${key}`, NEEDS_ROOT);
  return undefined;
}

function readIds(reader: EntryReader, world: World): RunAs | undefined {
  const userName = reader.text('user');
  const groupName = reader.text('group');
  const user = userName === undefined ? undefined : findUser(userName.text, world.passwd);
  const group = groupName === undefined ? undefined : findGroup(groupName.text, world.group);
  for (const [key, found] of [
    ['user', user],
    ['group', group],
  ] as const) {
    if (found?.ok === false) reader.notes.error(reader.place(key), found.error.message, found.error.hint);
  }
  if (user?.ok === false || group?.ok === false) return undefined;
  if (user === undefined) return group && { uid: undefined, gid: group.value, groups: 'none' };
  const { uid, gid } = user.value;
  const chosen = group?.value ?? gid;
  // Without an entry in /etc/passwd there is nobody whose groups could be taken.
  if (chosen !== undefined) return { uid, gid: chosen, groups: gid === undefined ? 'none' : 'of the user' };
  reader.notes.error(
    reader.place('user'),
    `user ${uid} is not in /etc/passwd, so its group is unknown`,
    'add group=',
  );
  return undefined;
}

/** The working directory, absolute; undefined when it is the master's. */
export async function readDirectory(reader: EntryReader, world: World): Promise<string | undefined> {
  const written = reader.text('cwd');
  if (written === undefined) return undefined;
  const path = resolve(world.cwd, written.text);
  const kind = await world.fileKind(path);
  if (kind !== 'directory') {
    const trouble =
      kind === 'missing' ? 'does not exist' : kind === 'forbidden' ? 'may not be read' : 'is no directory';
    reader.notes.error(written, `the working directory ${path} ${trouble}`);
  }
  return path;
}

/** `NAME=value` pairs separated by blanks. */
export function readEnvironment(reader: EntryReader): Record<string, string> {
  const written = reader.text('env');
  const environment: Record<string, string> = {};
  for (const match of written?.text.matchAll(/\S+/g) ?? []) {
    const [pair] = match;
    const at = {
      line: written?.line ?? 1,
      column: (written?.column ?? 1) + match.index,
      length: pair.length,
    };
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      reader.notes.error(at, `"${pair}" is not NAME=value`, 'env="LANG=C.UTF-8 NODE_ENV=production"');
    } else if (NEVER_INHERITED.includes(name)) {
      reader.notes.error(at, `${name} is set by preforkd itself`);
    } else if (name === '__proto__') {
      // An object cannot hold it as it holds other names: it would be lost without a word.
      reader.notes.error(at, '__proto__ cannot be the name of a variable');
    } else if (Object.hasOwn(environment, name)) {
      reader.notes.error(at, `${name} is given twice`);
    } else environment[name] = value;
  }
  return environment;
}
