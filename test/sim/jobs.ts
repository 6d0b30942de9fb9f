// Spreads seeds over processes, one seed at a time each, and hands on the outcomes as they come. A process whose seed
// does not end (a loop without system calls, which the kernel cannot see) is killed, and the seed has failed.
// Called by main.ts.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunOptions, RunOutcome } from './run.ts';

export interface Batch {
  readonly first: number;
  /** Infinity: until `goOn` says no. */
  readonly last: number;
  readonly jobs: number;
  readonly options: Omit<RunOptions, 'seed' | 'trace'>;
  /** Asked before each seed. */
  readonly goOn: () => boolean;
  readonly done: (outcome: RunOutcome) => void;
}

const PROCESS = fileURLToPath(new URL('./seeds-process.ts', import.meta.url));
/** Real time. A seed takes far less than a second, unless it loops. */
const SEED_MOST_MS = 120_000;

/** Resolves when all seeds are run, or no more are wanted. */
export async function runBatch(batch: Batch): Promise<void> {
  let next = batch.first;
  const take = (): number | undefined => {
    if (next > batch.last || !batch.goOn()) return undefined;
    next += 1;
    return next - 1;
  };
  const seeds = batch.last - batch.first + 1;
  await Promise.all(Array.from({ length: Math.min(batch.jobs, seeds) }, () => work(batch, take)));
}

async function work(batch: Batch, take: () => number | undefined): Promise<void> {
  let child = fork(PROCESS);
  for (let seed = take(); seed !== undefined; seed = take()) {
    const outcome = await runIn(child, { ...batch.options, seed });
    if (!child.connected) child = fork(PROCESS);
    batch.done(outcome);
  }
  child.disconnect();
}

function runIn(child: ChildProcess, options: RunOptions): Promise<RunOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), SEED_MOST_MS);
    const over = (outcome: RunOutcome): void => {
      clearTimeout(timer);
      child.off('message', over);
      child.off('exit', died);
      resolve(outcome);
    };
    const died = (code: number | null, signal: string | null): void => {
      const says = `the process that ran it ended by itself, or did not end in time: ${signal ?? `exit ${code}`}`;
      const failure = { rule: 'hung', says, turn: 0, atMs: 0 };
      over({ seed: options.seed, turns: 0, virtualMs: 0, faults: {}, failure });
    };
    child.on('message', over);
    child.on('exit', died);
    child.send(options);
  });
}
