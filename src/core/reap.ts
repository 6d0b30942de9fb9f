// Stage 3: collects exits by pidfd. A worker's channel is drained before its exit is accounted, so that its last
// words count and a crash while busy is not taken for one while ready (CYRUS.md, last section).

import type { WaitOutcome } from '../os/os.ts';
import { add, type ExitReason, exitField } from './board.ts';
import { serviceFailed } from './failures.ts';
import { jobEnded } from './jobs.ts';
import { apply } from './ledger.ts';
import { noteLeftBehind } from './left-behind.ts';
import { type Master, tell } from './master.ts';
import { closeChannel, drainChannel } from './messages.ts';
import { drainOutputs } from './output.ts';
import { isService, workerSubject } from './owner.ts';
import { failureRuleOf, type Service } from './service.ts';
import type { Worker } from './worker.ts';
import type { WorkerState } from './worker-states.ts';

export function reapExits(master: Master): void {
  for (const worker of master.pending.exits) reap(master, worker);
  master.pending.exits = [];
}

/** Collects one worker if it has ended. True when it had. */
export function reap(master: Master, worker: Worker): boolean {
  if (worker.state === 'dead') return false;
  // Before it is collected: until then the number of its process group cannot be anybody else's.
  if (worker.kind === 'start') noteLeftBehind(master, worker);
  // Waited for first: what it wrote before its death is in the pipe by then, and is read before it is accounted.
  const outcome = master.os.wait(worker.pidfd);
  if (outcome.kind === 'running') return false;
  drainChannel(master, worker);
  drainOutputs(master, worker);
  closeChannel(master, worker);
  account(master, worker, outcome);
  master.os.epollRemove(worker.pidfd);
  master.os.close(worker.pidfd);
  master.roster.remove(worker);
  return true;
}

interface Ending {
  readonly how: string;
  readonly reason: ExitReason;
  /** Neither clean, nor EX_TEMPFAIL, nor asked for. */
  readonly abnormal: boolean;
}

const EX_TEMPFAIL = 75;

function endingOf(worker: Worker, outcome: Exclude<WaitOutcome, { kind: 'running' }>): Ending {
  const { told } = worker;
  const limit = told !== undefined && told.reason !== 'requested' ? told.reason : undefined;
  if (outcome.kind === 'killed') {
    // A death by our own signal is never a failure.
    const asked = told !== undefined || (worker.nudged && outcome.signal === 'SIGHUP');
    const reason = limit ?? (asked ? 'requested' : 'signal');
    return { how: `signal ${outcome.signal}`, reason, abnormal: !asked };
  }
  if (outcome.kind === 'failed') return { how: `lost (${outcome.errno})`, reason: 'failure', abnormal: true };
  const how = `exit ${outcome.code}`;
  if (outcome.code === 0) return { how, reason: limit ?? 'clean', abnormal: false };
  if (outcome.code === EX_TEMPFAIL) return { how, reason: limit ?? 'tempfail', abnormal: false };
  return { how, reason: limit ?? 'failure', abnormal: told === undefined };
}

function account(master: Master, worker: Worker, outcome: Exclude<WaitOutcome, { kind: 'running' }>): void {
  const ending = endingOf(worker, outcome);
  const state = worker.state;
  apply(worker, 'ended', master.now);
  const { owner } = worker;
  tell(master, {
    ...workerSubject(worker),
    kind: 'exited',
    state,
    reason: ending.reason,
    how: ending.how,
    ageMs: master.now - worker.spawnedAt,
    uses: worker.uses,
    lastStderr: worker.lastStderr,
    expected: !ending.abnormal,
  });
  if (!isService(owner)) {
    const how = ending.reason === 'time-limit' ? `${ending.how}, at its time limit` : ending.how;
    jobEnded(master, owner, worker, how, outcome.kind !== 'exited' || outcome.code !== 0);
    return;
  }
  add(owner.view, exitField(ending.reason), 1);
  owner.lastExit = { pid: worker.pid, how: ending.how, lastStderr: worker.lastStderr, at: master.now };
  if (isFailure(owner, worker, state, ending)) serviceFailed(master, owner, false);
}

/** A worker that ends by itself, even with exit 0, this soon and without having served anybody, did not come up. */
const LIFE_MIN_MS = 10_000;

/** It said STOPPING=1 itself: one that comes up and ends at once is no better for that, but clients may have been few. */
const ORDERLY_LIFE_MIN_MS = 1_000;

/** A `systemd` worker does not say whom it has served. One of few requests (max-requests) ends after them, in order. */
function endedInOrder(service: Service, worker: Worker, state: WorkerState, { abnormal }: Ending): boolean {
  if (service.protocol !== 'systemd' || state !== 'draining' || abnormal) return false;
  const lives = worker.changedAt - worker.spawnedAt >= ORDERLY_LIFE_MIN_MS;
  return lives || service.queue.taken > worker.takenBefore;
}

/** Did it die before it served anybody? Cyrus's rule counts every abnormal death of an idle worker instead. */
function isFailure(service: Service, worker: Worker, state: WorkerState, ending: Ending): boolean {
  if (ending.reason === 'start-limit' || ending.reason === 'watchdog') return true;
  if (state === 'busy' || worker.told) return false;
  if (failureRuleOf(service).rule === 'cyrus') return ending.abnormal;
  if (endedInOrder(service, worker, state, ending)) return false;
  const soon = worker.changedAt - worker.spawnedAt < LIFE_MIN_MS;
  return worker.uses === 0 && (ending.abnormal || soon);
}
