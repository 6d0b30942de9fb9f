// What a run over many seeds has come to so far: counted from the outcomes, shown as one line that is rewritten (on a
// terminal) or as a line now and then. Called by main.ts.

import { countText } from '../../src/lib/text.ts';
import { FAULT_NAMES } from './faults.ts';
import type { Failure, RunOutcome } from './run.ts';

export interface FailedSeed extends Failure {
  readonly seed: number;
}

/** What `--json` prints. */
export interface Summary {
  readonly first: number;
  /** The highest seed that was run. */
  readonly last: number;
  readonly seeds: number;
  readonly turns: number;
  readonly virtualSecs: number;
  readonly secs: number;
  readonly failures: readonly FailedSeed[];
  /** How often each was seen, over all seeds. */
  readonly faults: Readonly<Record<string, number>>;
}

const TERMINAL_EVERY_MS = 500;
const FILE_EVERY_MS = 10_000;

export class Progress {
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #first: number;
  readonly #faults: Record<string, number> = {};
  readonly failures: FailedSeed[] = [];
  #last: number;
  #seeds = 0;
  #turns = 0;
  #virtualMs = 0;

  constructor(first: number, now: () => number) {
    this.#first = first;
    this.#last = first;
    this.#now = now;
    this.#startedAt = now();
  }

  add({ seed, turns, virtualMs, faults, failure }: RunOutcome): void {
    this.#seeds += 1;
    this.#turns += turns;
    this.#virtualMs += virtualMs;
    this.#last = Math.max(this.#last, seed);
    for (const [fault, times] of Object.entries(faults))
      this.#faults[fault] = (this.#faults[fault] ?? 0) + times;
    if (failure) this.failures.push({ seed, ...failure });
  }

  get #secs(): number {
    return (this.#now() - this.#startedAt) / 1000;
  }

  line(): string {
    const secs = Math.max(this.#secs, 0.001);
    const seen = Object.keys(this.#faults).length;
    return [
      countText(this.#seeds, 'seed'),
      `${(this.#seeds / secs).toFixed(1)} seeds/s`,
      `${Math.round(this.#turns / secs)} turns/s`,
      `${seen} of ${FAULT_NAMES.length} faults seen`,
      `${this.failures.length} failed`,
    ].join(', ');
  }

  summary(): Summary {
    return {
      first: this.#first,
      last: this.#last,
      seeds: this.#seeds,
      turns: this.#turns,
      virtualSecs: Math.round(this.#virtualMs / 1000),
      secs: Math.round(this.#secs * 10) / 10,
      failures: this.failures,
      faults: this.#faults,
    };
  }

  /** Shows the line until it is told to end. */
  show(stream: NodeJS.WriteStream): { end(): void } {
    const terminal = stream.isTTY === true;
    const write = () => stream.write(terminal ? `\r\u001b[K${this.line()}` : `${this.line()}\n`);
    const timer = setInterval(write, terminal ? TERMINAL_EVERY_MS : FILE_EVERY_MS);
    return {
      end: () => {
        clearInterval(timer);
        if (terminal) stream.write('\r\u001b[K');
      },
    };
  }
}
