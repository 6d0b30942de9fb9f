// A directory of its own for a running side, the journal in which its workers say that they accept, and what can be
// known of them from that. Used by each side.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../lib/ports.ts';
import { childrenOf, cpuMsOf } from '../../setup/masters.ts';
import type { Started } from './side.ts';

/** From dist/bench/node/sides to the programs of the application. */
const APPS = fileURLToPath(new URL('../app/', import.meta.url));
const LOOK_AGAIN_MS = 10;

export class Home {
  readonly directory = mkdtempSync(join(tmpdir(), 'preforkd-bench-node-'));
  readonly journal = join(this.directory, 'journal');
  readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  static async make(): Promise<Home> {
    const [port] = await freePorts(1);
    return new Home(port ?? 0);
  }

  environment(): NodeJS.ProcessEnv {
    return { ...process.env, BENCH_JOURNAL: this.journal, BENCH_PORT: String(this.port) };
  }

  started(): readonly Started[] {
    if (!existsSync(this.journal)) return [];
    const lines = readFileSync(this.journal, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => {
      const [pid, at] = line.split(' ').map(Number);
      return { pid: pid ?? 0, at: at ?? Number.NaN };
    });
  }

  living(): readonly number[] {
    return this.started()
      .map(({ pid }) => pid)
      .filter(lives);
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function appFile(name: 'preforkd' | 'cluster' | 'pm2'): string {
  return join(APPS, `${name}.js`);
}

/** Waits for `done`; throws with `what` when it has not come after `limitMs`. */
export async function until(done: () => boolean, limitMs: number, what: () => string): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`after ${limitMs / 1_000} s ${what()}`);
    await delay(LOOK_AGAIN_MS);
  }
}

/** A zombie has ended: it only waits for its parent. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Of a master and its children; one that ends meanwhile counts no more. */
export function familyCpuMs(master: number): number {
  return [master, ...childrenOf(master)].reduce((sum, pid) => sum + cpuMsIfAlive(pid), 0);
}

function cpuMsIfAlive(pid: number): number {
  try {
    return cpuMsOf(pid);
  } catch {
    return 0;
  }
}
