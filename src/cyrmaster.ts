#!/usr/bin/env node
// The program `preforkd-cyrmaster`: preforkd in the place of Cyrus IMAP's master. Composition root, as main.ts is of
// `preforkd`: everything is reached from here, and only here is the process ended.

import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { ownVersion } from './cli/version.ts';
import { runCyrmaster } from './cyrmaster/run.ts';
import { EXIT } from './lib/exit-codes.ts';

// A small nursery, as main.ts says.
setFlagsFromString('--max-semi-space-size=1');

runCyrmaster({
  argv: process.argv.slice(2),
  environment: process.env,
  version: ownVersion(),
  out: (text) => void writeSync(1, text),
  err: (text) => {
    try {
      writeSync(2, text);
    } catch {
      // Nobody reads it.
    }
  },
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
    process.stdout.write('', () => process.exit(exitCode));
  },
  (error: Error) => {
    process.stderr.write(`preforkd-cyrmaster: ${error.stack ?? error}\n`, () => process.exit(EXIT.software));
  },
);
