// How long a worker was busy at a stretch: a session, where it serves one client at a time; else how long it was full.
// It ends when the worker says that it is ready again, or with its exit, also while it drains. Called by the ledger
// after every event; changes no state.

import { observe, SESSION_BUCKETS, sessionField } from './board.ts';
import type { Worker } from './worker.ts';
import type { WorkerEvent } from './worker-states.ts';

export function followSession(worker: Worker, event: WorkerEvent, now: number): void {
  const { state, busySince } = worker;
  const drains = state === 'draining';
  if (state === 'busy' || (drains && event === 'unavailable')) {
    worker.busySince ??= now;
    return;
  }
  const over = !drains || (event === 'available' && worker.clients === 0);
  if (busySince === undefined || !over) return;
  worker.busySince = undefined;
  const { view } = worker.owner;
  if (view) observe(view, sessionField, SESSION_BUCKETS, (now - busySince) / 1000);
}
