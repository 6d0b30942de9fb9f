// The tiny C worker (worker.c), compiled when a compiler is there: with it, what is measured is the master's own cost.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From dist/bench/setup back to the checkout. */
const SOURCE = fileURLToPath(new URL('../../../bench/setup/worker.c', import.meta.url));

/** Why it cannot be had here; undefined when it can. */
export function compilerMissing(): string | undefined {
  const found = spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;
  return found ? undefined : 'there is no C compiler: run bench/setup/install.sh';
}

export interface CompiledWorker {
  /** Absolute; any user may execute it. */
  readonly path: string;
  dispose(): void;
}

export function compileWorker(): CompiledWorker {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-worker-'));
  chmodSync(directory, 0o755);
  const path = join(directory, 'worker');
  execFileSync('cc', ['-O2', '-static', '-o', path, SOURCE]);
  return { path, dispose: () => rmSync(directory, { recursive: true, force: true }) };
}
