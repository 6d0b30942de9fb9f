// What another program than `preforkd` brings to the plane: preforkd-cyrmaster has a pidfile, exit codes of its own,
// and becomes another user. The plane asks the face, and never which program it is. PLAIN is what `preforkd run` has: nothing of it.

import { EXIT } from '../lib/exit-codes.ts';

export interface Face {
  /** The supervisor thread writes our pid into it and keeps it locked for life; undefined: there is none. */
  readonly pidfile: string | undefined;
  /** The pidfile is ours: from here on the master comes up. */
  pidfileTaken(): void;
  /** Makes, synchronously, what must belong to the user that the master becomes. */
  asOwner<T>(make: () => T): T;
  /** When another master has the run directory; without a text it is said in ours. */
  readonly whenHeld: { readonly exitCode: number; readonly text?: string };
}

export const PLAIN: Face = {
  pidfile: undefined,
  pidfileTaken: () => {},
  asOwner: (make) => make(),
  whenHeld: { exitCode: EXIT.temporary },
};
