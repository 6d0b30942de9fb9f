// The way into the background, for the process that was called with -d and does nothing else: Node cannot fork, so the
// master is started anew, in a session of its own, and reports over a pipe when its pidfile is written or why there is
// no master. Loaded by cyrmaster's launcher alone, in a process that never has a supervisor thread.

import { readSync } from 'node:fs';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Errno, Fd, SpawnRequest } from '../os.ts';
import { close } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { spawnSession } from './spawn.ts';
import { O_CLOEXEC } from './structs.ts';

export { lockFile } from './lock-file.ts';

/** More than the diagnostics of a long configuration; the rest is cut. */
const REPORT_BYTES_MAX = 1024 * 1024;

/** Starts the program with a pipe at descriptor 3, and waits until it has closed that; what it wrote until then. */
export function startDaemon(
  request: Omit<SpawnRequest, 'descriptors'>,
  output: Fd | 'null',
): Result<Buffer, Errno> {
  const ends = new Int32Array(2);
  if (libc.pipe2(ends, O_CLOEXEC) !== 0) return err(lastErrno());
  const [readEnd = -1, writeEnd = -1] = ends;
  const outcome = spawnSession({ ...request, descriptors: ['null', output, output, writeEnd] });
  close(writeEnd);
  if (outcome.kind === 'failed') {
    close(readEnd);
    return err(outcome.errno);
  }
  const report = readToEnd(readEnd);
  close(readEnd);
  close(outcome.pidfd);
  return ok(report);
}

function readToEnd(fd: Fd): Buffer {
  const bytes = Buffer.alloc(REPORT_BYTES_MAX);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
