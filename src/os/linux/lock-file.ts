// A file that this process holds locked for as long as it lives, with a text of ours in it: the pidfile. Called once,
// by the supervisor thread. The lock is that of an open file description: it excludes those that others take by
// fcntl(2), Cyrus's master among them, and unlike theirs it is not lost when somebody here closes the file.

import { constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Fd, OpenOutcome } from '../os.ts';
import { close } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { F_OFD_SETLK, F_WRLCK, FLOCK_WORDS } from './structs.ts';

const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
const MODE = 0o644;

export function lockFile(path: string, text: string): OpenOutcome<{ readonly fd: Fd }> {
  let fd: Fd | undefined;
  try {
    fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, MODE);
    // All of it, from its beginning on: everything but the kind is 0.
    const lock = new Int16Array(FLOCK_WORDS);
    lock[0] = F_WRLCK;
    if (libc.fcntlLock(fd, F_OFD_SETLK, lock) !== 0) {
      const errno = lastErrno();
      close(fd);
      return { ok: false, errno };
    }
    // Only now: what another master has written must stay.
    ftruncateSync(fd, 0);
    writeSync(fd, text, 0);
    fsyncSync(fd);
    return { ok: true, fd };
  } catch (error) {
    if (fd !== undefined) close(fd);
    return { ok: false, errno: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}
