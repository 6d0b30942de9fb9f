// Stage 5, second half: deadlines of single workers that have come. A timer whose worker is gone, or has got past
// what the timer was for, means nothing any more.

import { type Master, tell } from './master.ts';
import { drainChannel } from './messages.ts';
import { isService, type Owner, readyCount, workerSubject } from './owner.ts';
import { worked } from './progress.ts';
import {
  kill,
  scaleDown,
  setWatchdog,
  signalledAt,
  signalStarted,
  stopLimitOver,
  terminate,
  watchdogMsOf,
} from './retire.ts';
import { type Service, startlimitMsOf } from './service.ts';
import type { Timer } from './timers.ts';
import type { Worker } from './worker.ts';

const TIMERS_PER_TURN_MAX = 1_024;

export function meetDeadlines(master: Master): void {
  for (let taken = 0; taken < TIMERS_PER_TURN_MAX; taken += 1) {
    const timer = master.timers.takeDue(master.now);
    if (timer === undefined) break;
    const worker = master.roster.get(timer.serial);
    if (worker !== undefined) fire(master, worker, timer);
  }
  for (const service of master.services) {
    scaleDown(master, service);
    endHungStarts(master, service);
  }
}

function fire(master: Master, worker: Worker, { purpose }: Timer): void {
  // After a long turn there may be more to hear than one epoll tells: nobody is judged before he was heard.
  if (purpose !== 'presume' && purpose !== 'time-limit') drainChannel(master, worker);
  if (purpose === 'presume') presume(master, worker);
  else if (purpose === 'start-limit') startLimitOver(master, worker);
  else if (purpose === 'kill') stopLimitOver(master, worker);
  else if (purpose === 'time-limit') timeLimitOver(master, worker);
  else watchdog(master, worker);
}

function presume(master: Master, worker: Worker): void {
  const { state, serial, owner } = worker;
  if (state === 'starting' && somebodyIsQueued(owner)) {
    // It takes nobody, so it is not up yet. Its first word is to tell how long it took.
    const at = master.now + PRESUME_AGAIN_MS;
    master.timers.add({ at, serial, purpose: 'presume' });
  } else if (state === 'starting') worked(master, worker, 'presumed');
  else if (worker.signalWhenStarted !== undefined) {
    // What was learnt meanwhile may have put the moment off: else nobody would ever signal it.
    const at = signalledAt(worker);
    if (master.now >= at) signalStarted(master, worker);
    else master.timers.add({ at, serial, purpose: 'presume' });
  }
}

const PRESUME_AGAIN_MS = 250;

function somebodyIsQueued(owner: Owner): boolean {
  return isService(owner) && owner.queue.length > 0;
}

function startLimitOver(master: Master, worker: Worker): void {
  if (worker.state !== 'starting' || !isService(worker.owner)) return;
  kill(
    master,
    worker,
    `not ready within its start limit of ${startlimitMsOf(worker.owner) / 1000} s`,
    'start-limit',
  );
}

function timeLimitOver(master: Master, worker: Worker): void {
  if (worker.told) return;
  terminate(master, worker, 'its time limit is over', 'time-limit');
}

function watchdog(master: Master, worker: Worker): void {
  const watchdogMs = watchdogMsOf(worker);
  if (watchdogMs === 0 || worker.told) return;
  const silentMs = master.now - worker.watchdogAt;
  if (silentMs >= watchdogMs) {
    // As systemd does: SIGABRT for a core dump, SIGKILL when it does not help.
    master.os.signal(worker.pidfd, 'SIGABRT');
    tell(master, {
      ...workerSubject(worker),
      kind: 'worker-killed',
      why: `no WATCHDOG=1 for ${Math.round(silentMs)} ms`,
      signal: 'SIGABRT',
    });
    terminate(master, worker, 'its watchdog is over', 'watchdog');
    return;
  }
  setWatchdog(master, worker);
}

/**
 * Protocol `cyrus` says nothing at start, so silence alone is no sign. But a worker that has not taken anybody while
 * clients were queued for the whole start limit hangs.
 */
function endHungStarts(master: Master, service: Service): void {
  if (service.protocol !== 'cyrus' || service.queue.length === 0 || readyCount(service.workers) === 0) return;
  const limitMs = startlimitMsOf(service);
  if (master.now - service.queue.since < limitMs) return;
  for (const worker of [...service.workers.starting, ...service.workers.ready]) {
    const ageMs = master.now - worker.spawnedAt;
    if (worker.uses > 0 || ageMs < limitMs) continue;
    drainChannel(master, worker);
    if (worker.uses > 0) continue;
    kill(
      master,
      worker,
      `took nobody in ${Math.round(ageMs / 1000)} s while clients were queued`,
      'start-limit',
    );
  }
}
