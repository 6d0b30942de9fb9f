// The two system calls that Node lacks and a worker needs, through koffi; the only file of the SDK that loads it.
// fcntl(F_DUPFD_CLOEXEC): net.Server closes the descriptor it listens on, and fd 4 must outlive many servers.
// prctl(PR_SET_PDEATHSIG): the kernel tells us when the master's supervisor thread has died.
// koffi is most of what the SDK adds to Node's start-up (bench/micro/sdk-startup.ts), hence nothing else is bound.

import koffi from 'koffi';

const F_DUPFD_CLOEXEC = 1030;
const PR_SET_PDEATHSIG = 1;

const libc = koffi.load(null);
const fcntl = libc.func('int fcntl(int fd, int command, ...)');
const prctl = libc.func(
  'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
);

/** A duplicate of `fd`, numbered above `fd`, closed on exec. Throws when the process is out of descriptors. */
export function duplicate(fd: number): number {
  const copy: number = fcntl(fd, F_DUPFD_CLOEXEC, 'int', fd + 1);
  if (copy < 0) throw new Error(`fcntl(${fd}, F_DUPFD_CLOEXEC): errno ${koffi.errno()}`);
  return copy;
}

/** Asks for `signal` when the thread that spawned us ends. Fails only on a bad signal number: then it throws. */
export function signalOnParentDeath(signal: number): void {
  const failed: number = prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
  if (failed !== 0) throw new Error(`prctl(PR_SET_PDEATHSIG, ${signal}): errno ${koffi.errno()}`);
}
