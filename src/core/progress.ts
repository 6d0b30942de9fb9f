// What follows from a word of a worker, beside the change in the ledger: its start-up time is known, clients were
// completed, the breaker hears that somebody was served. Called by messages.ts, deadlines.ts and the spawner.

import { observe, STARTUP_BUCKETS, startupField } from './board.ts';
import { served } from './breaker.ts';
import { tellBreakerClosed } from './failures.ts';
import { apply, type Change } from './ledger.ts';
import { type Master, tell } from './master.ts';
import { isService, workerSubject } from './owner.ts';
import { retireIfUsedUp, setStopLimit, signalStarted } from './retire.ts';
import type { Service } from './service.ts';
import { startObserved, startPresumed } from './start-cap.ts';
import { observeStartup, quickestMs } from './startup-time.ts';
import type { Worker } from './worker.ts';
import type { WorkerEvent } from './worker-states.ts';

/** Applies an event that a worker's word (or silence) stands for, and all that follows from it. */
export function worked(master: Master, worker: Worker, event: Exclude<WorkerEvent, 'ended'>): Change {
  const firstWord = !worker.spoken;
  const change = apply(worker, event, master.now);
  const service = isService(worker.owner) ? worker.owner : undefined;
  // Also of one that drains already: in a burst of reloads nobody else may have spoken.
  if (service && firstWord && event === 'available') service.startup.announces = true;
  if (change.from === 'starting' && change.to !== 'draining') started(master, worker, event, service);
  if (service && change.completed) service.completions.completed(service.startup.meanMs, master.now);
  if (service && (change.to === 'busy' || event === 'connectionMulti')) recover(master, service, worker);
  if (change.from !== 'busy' && change.to === 'busy')
    tell(master, { ...workerSubject(worker), kind: 'worker-busy' });
  if (change.from === 'busy' && change.to === 'ready') {
    tell(master, { ...workerSubject(worker), kind: 'worker-available' });
  }
  if (service) retireIfUsedUp(master, worker, service);
  if (change.to === 'draining') heardWhileDraining(master, worker, event);
  return change;
}

/** A worker that was told to finish may have taken a last client before the signal came. */
function heardWhileDraining(master: Master, worker: Worker, event: WorkerEvent): void {
  const { told } = worker;
  if (told?.mayFinish && told.serving && event === 'available' && worker.clients === 0) {
    told.serving = false;
    // Its stop limit may have come and gone while it served: it begins anew now.
    setStopLimit(master, worker);
  }
  if (worker.told && (event === 'unavailable' || event === 'connection' || event === 'connectionMulti')) {
    worker.told.serving = true;
  }
  if (event !== 'told') signalStarted(master, worker);
}

function started(master: Master, worker: Worker, event: WorkerEvent, service: Service | undefined): void {
  const presumed = event === 'presumed';
  const startupMs = master.now - worker.spawnedAt;
  if (service && event !== 'handed') {
    // A silent worker's first word measures its start only if a client was waiting for it all the time.
    if (presumed) startPresumed(master.startCap);
    else if (event === 'available' || worker.onDemand) startMeasured(master, service, startupMs);
    tell(master, { ...workerSubject(worker), kind: 'worker-ready', startupMs, presumed });
  }
  // A presumption is good enough to count on, and not to signal: that has a later moment of its own.
  if (!presumed) signalStarted(master, worker);
}

function startMeasured(master: Master, service: Service, startupMs: number): void {
  observeStartup(service.startup, startupMs, master.now);
  observe(service.view, startupField, STARTUP_BUCKETS, startupMs / 1000);
  startObserved(master.startCap, startupMs, quickestMs(service.startup), master.now);
}

/** A client was taken: whatever was wrong with the service, it serves. */
function recover(master: Master, service: Service, { spawnedAt }: Worker): void {
  const before = service.breaker;
  service.breaker = served(before, spawnedAt);
  if (before.kind === 'probing' && service.breaker !== before)
    tellBreakerClosed(master, service, before.openedAt);
}

/** A waiting daemon has said that it is up. */
export function daemonReady(master: Master, worker: Worker): void {
  if (worker.state === 'starting') worked(master, worker, 'available');
  tell(master, { ...workerSubject(worker), kind: 'daemon-ready', startupMs: master.now - worker.spawnedAt });
}
