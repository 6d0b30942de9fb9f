// Children after their birth: collected and signalled through their pidfds, pidfd_open(2), so that a reused pid is
// never hit. Called by the supervisor loop. Never waits for "any" child: libuv may have children in the main thread.

import { constants } from 'node:os';
import { assert } from '../../lib/assert.ts';
import type { Errno, Fd, Signal, WaitOutcome } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import {
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  P_PID,
  P_PIDFD,
  SI_CODE_WORD,
  SI_PID_WORD,
  SI_STATUS_WORD,
  SIGINFO_WORDS,
  SYS_PIDFD_OPEN,
  SYS_PIDFD_SEND_SIGNAL,
  WEXITED,
  WNOHANG,
} from './structs.ts';

const information = new Int32Array(new ArrayBuffer(SIGINFO_WORDS * 4));
const RUNNING: WaitOutcome = { kind: 'running' };
const SIGNAL_NAMES = new Map<number, string>(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

/** The pidfd of whoever has that pid now: certain for an unreaped child of ours, to be looked at again for others. Closed on exec, as every pidfd is. */
export function openPidfd(pid: number): { ok: true; fd: Fd } | { ok: false; errno: Errno } {
  const fd = libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0);
  return fd >= 0 ? { ok: true, fd } : { ok: false, errno: lastErrno() };
}

export function wait(pidfd: Fd): WaitOutcome {
  return waitFor(P_PIDFD, pidfd, WEXITED | WNOHANG);
}

/** Ends a child that nobody could ever supervise, and collects it. SIGKILL makes the wait short. */
export function endAtOnce(pid: number): void {
  libc.kill(pid, constants.signals.SIGKILL);
  waitFor(P_PID, pid, WEXITED);
}

function waitFor(kind: number, id: number, options: number): WaitOutcome {
  for (;;) {
    information[SI_PID_WORD] = 0;
    if (libc.waitid(kind, id, information, options) === 0) return decode();
    const errno = lastErrno();
    assert(errno !== 'EBADF' && errno !== 'EINVAL', 'waitid(2) on what is no pidfd', { id, errno });
    if (errno !== 'EINTR') return { kind: 'failed', errno };
  }
}

/** waitid(2): si_pid stays 0 when nothing has changed. */
function decode(): WaitOutcome {
  if (information[SI_PID_WORD] === 0) return RUNNING;
  const code = information[SI_CODE_WORD];
  const status = information[SI_STATUS_WORD] as number;
  if (code === CLD_EXITED) return { kind: 'exited', code: status & 0xff };
  assert(code === CLD_KILLED || code === CLD_DUMPED, 'waitid(2) told what was not asked for', { code });
  return { kind: 'killed', signal: SIGNAL_NAMES.get(status) ?? `SIG${status}` };
}

export function signal(pidfd: Fd, name: Signal): 'sent' | Errno {
  if (libc.syscall(SYS_PIDFD_SEND_SIGNAL, pidfd, constants.signals[name], 0, 0) === 0) return 'sent';
  const errno = lastErrno();
  assert(errno !== 'EBADF', 'a signal through a closed pidfd', { pidfd });
  return errno;
}

export function signalGroup(pid: number, name: Signal): 'sent' | Errno {
  // kill(2): -1 would be every process, 0 our own group.
  assert(Number.isInteger(pid) && pid > 1, 'not the pid of a child', { pid });
  return libc.kill(-pid, constants.signals[name]) === 0 ? 'sent' : lastErrno();
}
