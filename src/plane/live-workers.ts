// The processes that are alive as far as the facts tell: what the sampler samples, and, should the supervisor
// crash, what has to be ended so that nothing is orphaned. Fed by wiring. Never used to signal a worker in
// normal times: that is the supervisor's, by pidfd.

import { readFileSync } from 'node:fs';
import type { Fact, WorkerKind } from '../core/facts.ts';

export interface LiveWorker {
  readonly pid: number;
  readonly serial: number;
  readonly owner: WorkerKind;
  readonly service: string;
  readonly family: string;
}

export interface LiveWorkers {
  learn(fact: Fact): void;
  /** By serial: a pid may be used again. */
  all(): readonly LiveWorker[];
  readonly count: number;
}

export function createLiveWorkers(exited: (worker: LiveWorker) => void = () => {}): LiveWorkers {
  const bySerial = new Map<number, LiveWorker>();
  return {
    learn: (fact) => {
      if (fact.kind === 'spawned') {
        const { pid, serial, owner, service, family } = fact;
        bySerial.set(serial, { pid, serial, owner, service, family });
      } else if (fact.kind === 'exited') {
        const worker = bySerial.get(fact.serial);
        if (worker !== undefined && bySerial.delete(fact.serial)) exited(worker);
      }
    },
    all: () => [...bySerial.values()],
    get count() {
      return bySerial.size;
    },
  };
}

/** Signals the process groups of those that are still children of ours. The pid of an unreaped child is not reused. */
export function signalChildren(workers: readonly LiveWorker[], signal: NodeJS.Signals): void {
  for (const { pid } of workers) {
    if (!isLivingChild(pid)) continue;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has just ended.
    }
  }
}

export function livingChildren(workers: readonly LiveWorker[]): LiveWorker[] {
  return workers.filter((worker) => isLivingChild(worker.pid));
}

/** By /proc/PID/stat: `pid (comm) state ppid ...`; comm may hold anything, so the last bracket counts. */
function isLivingChild(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state !== 'Z' && state !== 'X' && Number(parent) === process.pid;
  } catch {
    return false;
  }
}
