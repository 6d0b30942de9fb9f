// The ready file: there while the master serves, and only then. An old one, of a master that was killed, goes as soon
// as the pidfile is ours, so that nobody who waits for it is deceived. By the time it is made the master is cyrus_user, as
// Cyrus's own is; so that it may be in a directory of root's, such as /run, root leaves a link there to where that user
// may make one: until then, and at the end, the link leads nowhere, which is no file to whoever looks for one.

import { closeSync, constants, openSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../core/facts.ts';
import { errnoText } from '../lib/errno-text.ts';
import type { User } from '../os/os.ts';
import { asUser } from './identity.ts';

const MODE = 0o644;
const { O_WRONLY, O_CREAT, O_TRUNC, O_EXCL, O_NOFOLLOW } = constants;

/** Below configdirectory. */
const TARGET = 'master.ready';

export interface ReadyFile {
  /** Nobody is ready yet. */
  begin(): void;
  learn(fact: Fact): void;
  /** Nobody is ready any more. */
  end(): void;
}

/** `path` undefined: none is wanted. */
export function createReadyFile(path: string | undefined, warn: (text: string) => void): ReadyFile {
  let made = false;
  const attempt = (what: string, action: (file: string) => void) => {
    if (path === undefined) return;
    try {
      action(path);
    } catch (error) {
      warn(
        `the ready file ${path} cannot be ${what}: ${errnoText((error as NodeJS.ErrnoException).code ?? '')}`,
      );
    }
  };
  return {
    begin: () => attempt('removed', (file) => rmSync(file, { force: true })),
    learn: (fact) => {
      if (fact.kind !== 'master-ready') return;
      attempt('made', (file) => {
        closeSync(openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, MODE));
        made = true;
      });
    },
    end: () => {
      if (made) attempt('removed', (file) => rmSync(file, { force: true }));
    },
  };
}

/** Where the file is to be made, for it to be seen at `path`. As root, before the supervisor thread is there. */
export function placeReadyFile(path: string, user: User, configDirectory: string): string {
  if (asUser(user, () => mayMakeIn(dirname(path)))) return path;
  const target = join(configDirectory, TARGET);
  try {
    if (linkedTo(path) === target) return target;
    rmSync(path, { force: true });
    symlinkSync(target, path);
    return target;
  } catch {
    // No such directory: whoever makes the file says so.
    return path;
  }
}

function mayMakeIn(directory: string): boolean {
  const trial = join(directory, `.preforkd-${process.pid}`);
  try {
    closeSync(openSync(trial, O_WRONLY | O_CREAT | O_EXCL, MODE));
    unlinkSync(trial);
    return true;
  } catch {
    return false;
  }
}

function linkedTo(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
