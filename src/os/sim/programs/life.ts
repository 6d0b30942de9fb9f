// What every simulated worker has, whatever its protocol: its uses, what it was told by signals, and whether its time to
// misbehave has come. Made by worker.ts; read by the servers; acts.ts asks it before it does any harm.

import type { Entropy } from '../../../lib/entropy.ts';
import type { Userland } from '../program.ts';
import { HEAL_LOOK_MS } from './moves.ts';
import type { WorkerOptions } from './options.ts';

export class Life {
  readonly self: Userland;
  readonly options: WorkerOptions;
  readonly draws: Entropy;
  /** Clients so far. */
  uses = 0;
  #upAt = Number.POSITIVE_INFINITY;
  /** By itself, and by signals. */
  #ownCode: number | undefined;
  #signalCode: number | undefined;

  constructor(self: Userland, options: WorkerOptions) {
    this.self = self;
    this.options = options;
    this.draws = self.entropy.stream(options.behaviour);
  }

  /** It has its handlers, and is about to say that it is up. */
  up(): void {
    this.#upAt = this.self.now();
  }

  /** It shall end with this code after its clients, by itself. */
  finish(exitCode: number): void {
    this.#ownCode = graver(this.#ownCode, exitCode);
  }

  /** A signal that asks for the same has come. Who ignores signals heeds it when it is healed. */
  hear(exitCode: number): void {
    this.#signalCode = graver(this.#signalCode, exitCode);
  }

  /** The exit code to end with after the last client; undefined: it goes on. */
  get told(): number | undefined {
    const deaf = this.options.behaviour === 'ignore-term' && this.astray;
    return graver(this.#ownCode, deaf ? undefined : this.#signalCode);
  }

  /** It misbehaves now. */
  get astray(): boolean {
    const { behaviour, healed, misbehavesAfterClients } = this.options;
    if (behaviour === 'well-behaved' || healed()) return false;
    return this.self.now() >= this.#astrayAt && this.uses >= misbehavesAfterClients;
  }

  /** How long it may wait at most before it must look at itself again. */
  get patienceMs(): number {
    if (this.options.behaviour === 'well-behaved' || this.options.healed()) return Number.POSITIVE_INFINITY;
    const untilMs = this.#astrayAt - this.self.now();
    return untilMs > 0 ? untilMs : HEAL_LOOK_MS;
  }

  get #astrayAt(): number {
    return this.#upAt + this.options.misbehavesAfterMs;
  }
}

/** Who was told twice ends with the higher code, as in the SDK. */
function graver(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}
