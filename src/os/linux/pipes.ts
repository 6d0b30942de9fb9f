// The pipes between the master and its children: status channels and outputs. pipe(7), fifo(7).
// Called for every spawn, hence cheap. Never leaves a descriptor behind when a step fails.

import type { PipeOutcome } from '../os.ts';
import { close } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { F_SETFL, O_CLOEXEC, O_NONBLOCK, O_RDWR } from './structs.ts';

const pair = new Int32Array(new ArrayBuffer(8));

function openPipe(flags: number): PipeOutcome {
  if (libc.pipe2(pair, flags) !== 0) return { ok: false, errno: lastErrno() };
  return { ok: true, read: pair[0] as number, write: pair[1] as number };
}

/**
 * The write end is opened anew, for reading too, through /proc (proc(5), fifo(7)): its holder counts as a reader
 * of the pipe, so that writing never fails with EPIPE, not even when the master is dead; and the open file
 * description is its own, so that nothing a worker does to its flags reaches the master's end.
 */
export function openChannel(): PipeOutcome {
  const plain = openPipe(O_CLOEXEC | O_NONBLOCK);
  if (!plain.ok) return plain;
  const write = libc.open(`/proc/self/fd/${plain.write}`, O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
  const errno = write < 0 ? lastErrno() : undefined;
  close(plain.write);
  if (errno === undefined) return { ok: true, read: plain.read, write };
  close(plain.read);
  return { ok: false, errno };
}

/** Both ends of pipe2(2) are open file descriptions of their own: O_NONBLOCK on one leaves the other blocking. */
export function openOutput(): PipeOutcome {
  const pipe = openPipe(O_CLOEXEC);
  if (!pipe.ok || libc.fcntl(pipe.read, F_SETFL, O_NONBLOCK) === 0) return pipe;
  const errno = lastErrno();
  close(pipe.read);
  close(pipe.write);
  return { ok: false, errno };
}
