// Starts a rig as a process of its own and hears what it tells. Used by the incidents and by the comparison of policies.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { asUser, childrenOf, type MasterOptions } from '../setup/masters.ts';
import type { RigOrder, RigReport, RigSample, RigUp } from './order.ts';

const PROGRAM = fileURLToPath(new URL('./main.js', import.meta.url));
const STOP_LIMIT_MS = 20_000;

export interface Rig {
  readonly pid: number;
  /** CLOCK_MONOTONIC, ms: the samples count from it. */
  readonly upAtMs: number;
  /** By service: HOST:PORT or a path. */
  readonly addresses: Readonly<Record<string, string>>;
  /** All so far; grows. */
  readonly samples: readonly RigSample[];
  /** SIGTERM; SIGKILL to it and its workers when that is not heeded. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** As `user`, else as the one we are. Throws when it does not come up. */
export async function startRig(order: RigOrder, user?: MasterOptions['user']): Promise<Rig> {
  const [program = '', ...words] = [...asUser(user), process.execPath, PROGRAM, JSON.stringify(order)];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const samples: RigSample[] = [];
  const { pid = 0 } = child;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const killer = setTimeout(() => {
      for (const each of [...childrenOf(pid), pid]) process.kill(each, 'SIGKILL');
    }, STOP_LIMIT_MS);
    await ended;
    clearTimeout(killer);
  };
  const { upAtMs, addresses } = await new Promise<RigUp>((resolve, reject) => {
    void ended.then(() => reject(new Error('the rig has ended before it was up')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report = JSON.parse(line) as RigReport;
      if (report.kind === 'up') resolve(report);
      else if (report.kind === 'sample') samples.push(report);
      else process.stderr.write(`the rig has failed: ${report.error}\n`);
    });
  });
  return { pid, upAtMs, addresses, samples, stop };
}
