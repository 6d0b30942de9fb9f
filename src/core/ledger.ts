// THE LEDGER: the only place where a worker's state or a service's counts change. It applies the table of
// worker-states.ts and moves the worker between its owner's sets; counts are the sizes of these sets.
// It reports what was odd; it never refuses gossip and never throws on it. What only we can have caused, asserts.

import { assert } from '../lib/assert.ts';
import { add, SERVICE_FIELD } from './board.ts';
import { followSession } from './session-time.ts';
import type { Worker } from './worker.ts';
import { transition, type WorkerEvent, type WorkerState } from './worker-states.ts';

export interface Change {
  readonly from: WorkerState;
  readonly to: WorkerState;
  /** The message should not have come in this state; the sentence says why. */
  readonly odd: string | undefined;
  /** A client was finished: the worker can be given the next. */
  readonly completed: boolean;
}

/** Enters a worker that was just spawned. */
export function enter(worker: Worker): void {
  assert(worker.state === 'starting', 'a worker enters as starting', { serial: worker.serial });
  worker.owner.workers.starting.add(worker);
}

/** Applies one event to one worker, at monotonic time `now`. */
export function apply(worker: Worker, event: WorkerEvent, now: number): Change {
  const from = worker.state;
  const cell = transition(from, event);
  assert(cell.contradiction === undefined, `${event} in state ${from}`, { serial: worker.serial });
  const heldClients = worker.clients;
  const countedBefore = countedClients(worker);
  if (cell.counts === 'connection') countConnection(worker);
  if (cell.client === 'more') worker.clients += 1;
  if (cell.client === 'fewer' && worker.clients > 0) worker.clients -= 1;
  if (cell.to !== from) move(worker, cell.to, now);
  followSession(worker, event, now);
  worker.owner.clients += countedClients(worker) - countedBefore;
  const odd = cell.oddOnlyWithoutClient && (heldClients > 0 || !worker.spoken) ? undefined : cell.odd;
  if (isWord(event)) worker.spoken = true;
  // One that was told to finish gives its place to nobody.
  const completed = event === 'available' && cell.to === 'ready' && (from === 'busy' || heldClients > 0);
  return { from, to: cell.to, odd, completed };
}

/** Who is on its way out gives no place back. */
function countedClients({ state, clients }: Worker): number {
  return state === 'draining' || state === 'dead' ? 0 : clients;
}

function countConnection(worker: Worker): void {
  worker.uses += 1;
  if (worker.owner.view) add(worker.owner.view, SERVICE_FIELD.connections, 1);
}

function move(worker: Worker, to: WorkerState, now: number): void {
  const { workers } = worker.owner;
  if (worker.state !== 'dead') {
    assert(workers[worker.state].delete(worker), 'a worker stands in the set of its state', {
      serial: worker.serial,
      state: worker.state,
    });
  }
  worker.state = to;
  worker.changedAt = now;
  if (to !== 'dead') workers[to].add(worker);
}

function isWord(event: WorkerEvent): boolean {
  return event !== 'presumed' && event !== 'handed' && event !== 'told' && event !== 'ended';
}
