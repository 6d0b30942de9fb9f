// A copy of the source with a planted fault, and a process in which its simulator runs one seed after the other. A seed
// that does not end has failed, and its process is killed. Called by hunt.ts and mutants.test.ts.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunOutcome } from '../run.ts';
import type { Mutant } from './mutant.ts';
import { plant, uproot } from './plant.ts';

/** Real time. A seed takes far less than a second, unless the fault makes it loop. */
const SEED_MOST_MS = 60_000;

export class Plot {
  readonly #copy: string;
  #process: ChildProcess;

  /** Without a fault for `undefined`. */
  constructor(mutant: Mutant | undefined) {
    this.#copy = plant(mutant);
    this.#process = this.#start();
  }

  #start(): ChildProcess {
    const program = join(this.#copy, 'test/sim/seeds-process.ts');
    return fork(program, { cwd: this.#copy, execArgv: ['--import', 'tsx'] });
  }

  /** One at a time. */
  run(seed: number): Promise<RunOutcome> {
    const child = this.#process;
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), SEED_MOST_MS);
      const over = (outcome: RunOutcome): void => {
        clearTimeout(timer);
        child.off('exit', died);
        resolve(outcome);
      };
      const died = (code: number | null, signal: string | null): void => {
        this.#process = this.#start();
        over(hung(seed, `its process ended by ${signal ?? `exit ${code}`}`));
      };
      child.once('message', over);
      child.once('exit', died);
      child.send({ seed });
    });
  }

  clear(): void {
    this.#process.disconnect();
    uproot(this.#copy);
  }
}

function hung(seed: number, says: string): RunOutcome {
  return { seed, turns: 0, virtualMs: 0, faults: {}, failure: { rule: 'hung', says, turn: 0, atMs: 0 } };
}
