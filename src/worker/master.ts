// Is the master still there? The kernel sends SIGTERM when the thread that spawned us ends, and serve() compares the
// parent's pid before it says AVAILABLE: either alone leaves a gap (a master that died before prctl; a worker that
// blocks SIGTERM). The status channel cannot tell: it is opened so that it outlives its reader.

import { PREFORKD_MASTER_PID } from '../protocol/environment.ts';
import { signalOnParentDeath } from './libc.ts';

/** The same number on every Linux; node:os would be one more module to load. */
const SIGTERM = 15;

export interface MasterWatch {
  /** False when our parent is not the master (any more). */
  present(): boolean;
}

/** Begins to watch. Under a master that does not name itself, today's parent is taken for it. */
export function watchMaster(environment: NodeJS.ProcessEnv = process.env): MasterWatch {
  const named = Number(environment[PREFORKD_MASTER_PID]);
  const expected = Number.isInteger(named) && named > 0 ? named : process.ppid;
  signalOnParentDeath(SIGTERM);
  return { present: () => process.ppid === expected };
}
