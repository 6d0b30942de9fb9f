// What is written in C: the worker that both masters start (worker.c), and what lets Cyrus's master log into a file
// (syslog.c). Compiled once per test process into a directory of its own, which goes with the process. Called by the stage.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

let directory: string | undefined;
const compiled = new Map<string, string>();

/** The path of the compiled file. The user `cyrus` may execute it. */
function compile(name: string, flags: readonly string[]): string {
  const done = compiled.get(name);
  if (done !== undefined) return done;
  directory ??= scratch();
  const path = join(directory, name);
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url));
  execFileSync('cc', ['-O1', ...flags, '-o', path, source]);
  compiled.set(name, path);
  return path;
}

function scratch(): string {
  const made = mkdtempSync(join(tmpdir(), 'preforkd-differential-programs-'));
  chmodSync(made, 0o755);
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

export const workerProgram = (): string => compile('worker', []);
export const syslogLibrary = (): string => compile('syslog', ['-shared', '-fPIC']);
