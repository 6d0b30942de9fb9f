// What the verbs that talk to a running master have in common on the command line. Called by program.ts and
// reading-verbs.ts.

import type { Command } from 'commander';

/** What a verb's action sets: the exit code. */
export type Finish = (exitCode: Promise<number>) => Promise<void>;

/** Adds a verb with the options that say where its master is. */
export function talking(program: Command, verb: string): Command {
  return program
    .command(verb)
    .option('-s, --socket <PATH>', 'control socket of the master')
    .option('-c, --config <FILE>', 'configuration that names the control socket');
}
