// The one call that Node lacks for a signal storm: tgkill(2) sends a signal to one thread of another process, where
// kill(2) would reach any. Through koffi, and loaded only by sender.ts, in a process of its own that does nothing else.
// nanosleep(2) beside it: the signals have to be spread evenly, and Node's timers count whole milliseconds.

import koffi from 'koffi';

const PR_SET_TIMERSLACK = 29;
const NANOSECONDS = 1_000_000;

const libc = koffi.load(null);
const tgkill = libc.func('int tgkill(int process, int thread, int signal)');
const prctl = libc.func(
  'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
);
koffi.struct('timespec', { tv_sec: 'long', tv_nsec: 'long' });
const nanosleep = libc.func('int nanosleep(timespec *wanted, void *left)');

/** Without this the kernel would lengthen each short sleep by 50 µs. Fails never for our own thread. */
export function sleepExactly(): void {
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

/** Below one second. */
export function sleep(milliseconds: number): void {
  nanosleep({ tv_sec: 0, tv_nsec: Math.max(0, Math.floor(milliseconds * NANOSECONDS)) }, null);
}

/** The errno when it failed. */
export function signalThread(pid: number, thread: number, signal: number): number | undefined {
  return tgkill(pid, thread, signal) === 0 ? undefined : koffi.errno();
}
