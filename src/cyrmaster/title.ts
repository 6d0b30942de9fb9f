// Under which name the master stands in the process table. Init scripts look for `cyrmaster` there (start-stop-daemon
// --name compares /proc/PID/comm, pidof the words as well), and would else find `node`. /proc/PID/exe stays Node's:
// that no process can choose. Called by master.ts, in the process that is the master.

import { writeFileSync } from 'node:fs';

const NAME = 'cyrmaster';

/** `program` is the path that was called, `words` what stood behind it. */
export function takeTitle(program: string, words: readonly string[]): void {
  process.title = [program, ...words].join(' ');
  try {
    // Afterwards: the title, cut at 15 bytes, has become the name too.
    writeFileSync('/proc/self/comm', NAME);
  } catch {
    // Without /proc nobody looks there.
  }
}
