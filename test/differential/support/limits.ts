// How many processes a master may still make: RLIMIT_NPROC of the running master, set from outside. Called by scenarios.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { asCyrus } from './sides.ts';

/** It counts all of the user's: with 1 there is room for nobody more. undefined: as many as ever. */
export function limitProcesses(pid: number, most: number | undefined): void {
  const hard = /^Max processes\s+\S+\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
  // As the user itself, who may change the soft limit of its own processes (prlimit(2)).
  const [program = '', ...words] = asCyrus([
    'prlimit',
    `--pid=${pid}`,
    `--nproc=${most ?? hard ?? 'unlimited'}:`,
  ]);
  execFileSync(program, words);
}
