// The worker that both masters start: worker.c, compiled once per test process into a directory of its own, which goes
// with the process. Called by the stage.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./worker.c', import.meta.url));

let compiled: string | undefined;

/** Its path. The user `cyrus` may execute it. */
export function workerProgram(): string {
  if (compiled === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-differential-worker-'));
    chmodSync(directory, 0o755);
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    compiled = join(directory, 'worker');
    execFileSync('cc', ['-O1', '-o', compiled, SOURCE]);
  }
  return compiled;
}
