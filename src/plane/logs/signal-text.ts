// What the C library calls a signal: strsignal(3) in the C locale, as Cyrus's master writes it. Used by cyrus-rows.ts.

import { constants } from 'node:os';

const SIGNAL_TEXTS: Readonly<Record<string, string>> = {
  SIGABRT: 'Aborted',
  SIGALRM: 'Alarm clock',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGHUP: 'Hangup',
  SIGILL: 'Illegal instruction',
  SIGINT: 'Interrupt',
  SIGIO: 'I/O possible',
  SIGKILL: 'Killed',
  SIGPIPE: 'Broken pipe',
  SIGPROF: 'Profiling timer expired',
  SIGPWR: 'Power failure',
  SIGQUIT: 'Quit',
  SIGSEGV: 'Segmentation fault',
  SIGSTKFLT: 'Stack fault',
  SIGSYS: 'Bad system call',
  SIGTERM: 'Terminated',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGVTALRM: 'Virtual timer expired',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
};

/** '11 (Segmentation fault)' for SIGSEGV. */
export function signalText(name: string): string {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return `${numbers[name] ?? name.replace(/^SIG/, '')} (${SIGNAL_TEXTS[name] ?? 'unknown signal'})`;
}
