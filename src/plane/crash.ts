// When the supervisor has contradicted itself: says so with the dump and makes sure that no worker is left behind.
// The supervisor thread has ended its workers as far as it could; here they are looked at once more, by the facts.
// Called by the plane; afterwards the master exits 70.

import { setTimeout as sleep } from 'node:timers/promises';
import { type LiveWorkers, livingChildren, signalChildren } from './live-workers.ts';
import type { Log } from './logs/logger.ts';

const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 50;

export async function endCrashed(error: string, dump: string, workers: LiveWorkers, log: Log): Promise<void> {
  const left = livingChildren(workers.all());
  log.tell({ kind: 'master-crashed', error, dump, active: left.length });
  signalChildren(left, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (livingChildren(left).length > 0 && performance.now() < deadline) await sleep(LOOK_EVERY_MS);
  signalChildren(left, 'SIGKILL');
}
