// An error that nobody caught, somewhere in the plane: a bug of ours, but not one of the supervisor, which goes on
// undisturbed in its thread. Ending the master for it would take mail down; so it is logged and counted.
// Installed by the plane.

import type { Log } from './logs/logger.ts';
import type { PlaneCounters } from './metrics/plane-numbers.ts';

/** Removes itself again when called. */
export function guardErrors(log: Log, counters: PlaneCounters): () => void {
  const caught = (error: unknown) => {
    counters.planeErrors += 1;
    log.tell({ kind: 'plane-error', error: String((error as Error)?.stack ?? error) });
  };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
  return () => {
    process.off('uncaughtException', caught);
    process.off('unhandledRejection', caught);
  };
}
