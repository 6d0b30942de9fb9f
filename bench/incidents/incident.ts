// What an incident is: a published trouble of a mail system, made again on this machine, once in the old way and once in
// ours, with a verdict from what was measured. Each is a folder beside this file; index.ts has the table of all.

import type { Output } from '../../src/cli/output.ts';

export interface IncidentOptions {
  /** Repeats the plan of the clients. */
  readonly seed: string;
  /** Of each of the two runs that are compared; undefined: the incident's own. */
  readonly durationMs: number | undefined;
}

export interface Surroundings {
  readonly output: Output;
  /** Columns of the terminal that stderr is; undefined: it is none. */
  readonly progressColumns: number | undefined;
  /** Ctrl-C. */
  readonly abort: AbortSignal;
}

/** What came of it. */
export interface Told {
  /** The old way failed as it did then, and ours did not. */
  readonly reproduced: boolean;
  /** All of it, as plain data: what --json writes. */
  readonly result: object;
  /** For a person, on a terminal or not. */
  text(colours: boolean): string;
  /** One page that needs nothing else. */
  page(): Promise<string>;
}

export interface Incident {
  /** One sentence for the list. */
  readonly says: string;
  /** How long a run may be asked to last, ms. */
  readonly durationMs: { readonly least: number; readonly most: number; readonly usual: number };
  /** undefined: it was ended by Ctrl-C, and says nothing. Throws when it could not be made. */
  run(options: IncidentOptions, surroundings: Surroundings): Promise<Told | undefined>;
}
