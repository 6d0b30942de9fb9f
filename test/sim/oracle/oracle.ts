// The oracle as the runner sees it: made in index.ts, told of all that passes between the plane's side and the core,
// asked after every turn. Everything it says, it says by throwing a Violation.

import type { Command, Reply } from '../../../src/core/commands.ts';
import type { Fact } from '../../../src/core/facts.ts';
import type { Master } from '../../../src/core/master.ts';
import type { MasterSpec } from '../../../src/core/spec.ts';
import type { Observer } from '../../../src/os/sim/observer.ts';
import type { SimKernel } from '../../../src/os/sim/options.ts';

export interface OracleSetting {
  /** Not called before the first turn: the kernel is made with the oracle's observer. */
  kernel(): SimKernel;
  readonly spec: MasterSpec;
  /** 'well-behaved', or the name of the misbehaviour of the child with this serial number. */
  behaviourOf(serial: number): string;
  /** How often each fault between the core and the kernel has been injected so far; read once a turn. */
  injected?(): Readonly<Record<string, number>>;
  /** The run ends with a stop of the master. */
  readonly stops: boolean;
}

export interface Oracle {
  readonly observer: Observer;
  /** The operator has put a command into the outlet and has woken the master. */
  sent(command: Command): void;
  /** The core has just taken these from the outlet. */
  taken(commands: readonly Command[]): void;
  replied(replies: readonly Reply[]): void;
  told(facts: readonly Fact[]): void;
  afterTurn(master: Master): void;
  /** The world is well from now on. `injected`: how often each fault was seen. */
  healed(atMs: number, injected: Readonly<Record<string, number>>): void;
  /** The world has had the time to come to rest; the stop will be sent now. */
  stopping(): void;
  /** The master has stopped. */
  finished(master: Master): void;
}
