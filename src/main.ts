#!/usr/bin/env node
// The program `preforkd`. Composition root: everything is reached from here, and only here is the process ended.

import { setFlagsFromString } from 'node:v8';
import { runCli } from './cli/program.ts';
import type { RunMaster } from './cli/run.ts';
import { EXIT } from './lib/exit-codes.ts';

/** The plane is loaded by the one verb that needs it: `preforkd status` is to answer at once. */
const runMaster: RunMaster = async (file, options) => {
  // A small nursery: a scrape's garbage is collected at once and does not grow the master by 10 MB.
  setFlagsFromString('--max-semi-space-size=1');
  const wiring = await import('./plane/wiring.ts');
  return wiring.runMaster(file, options);
};

runCli(process.argv.slice(2), runMaster).then(
  (exitCode) => {
    // Pipes are written asynchronously: what was printed leaves first. The master's own lines are synchronous.
    process.exitCode = exitCode;
    process.stdout.write('', () => process.exit(exitCode));
  },
  (error: Error) => {
    process.stderr.write(`preforkd: ${error.stack ?? error}\n`, () => process.exit(EXIT.software));
  },
);
