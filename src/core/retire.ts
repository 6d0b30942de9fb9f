// How workers are asked to finish, and what happens to those that don't: the signal, the deadline, the kill.
// A worker that has not spoken is not signalled before its start-up time is over: until it has set its handlers,
// a SIGHUP would kill it (CYRUS.md, weakness 2).

import type { Signal } from '../os/os.ts';
import type { ExitReason } from './board.ts';
import { eventOf } from './job.ts';
import { apply } from './ledger.ts';
import { type Master, tell } from './master.ts';
import { activeCount, isService, type Owner, readyCount, workerSubject } from './owner.ts';
import { type Service, startlimitMsOf } from './service.ts';
import { signalledAfterMs } from './startup-time.ts';
import type { Worker } from './worker.ts';

export const STOPLIMIT_DEFAULT_MS = 30_000;

export function stoplimitMsOf(owner: Owner): number {
  const spec = isService(owner) ? (owner.spec ?? owner.daemon) : eventOf(owner);
  return spec?.stoplimitMs ?? STOPLIMIT_DEFAULT_MS;
}

/** Asks a worker to finish: by SIGHUP, after its clients (protocol `cyrus`), by SIGTERM otherwise. */
export function retire(master: Master, worker: Worker, why: string, reason: ExitReason = 'requested'): void {
  if (worker.told || worker.state === 'dead') return;
  const gentle = isService(worker.owner) && worker.owner.protocol === 'cyrus';
  const signal = gentle ? 'SIGHUP' : 'SIGTERM';
  const early = gentle && !worker.spoken && master.now < signalledAt(worker);
  finish(master, worker, { signal, why, reason, mayFinish: gentle, serving: isServing(worker) });
  worker.signalWhenStarted = early ? signal : undefined;
  if (early) master.timers.add({ at: signalledAt(worker), serial: worker.serial, purpose: 'presume' });
  else send(master, worker, signal, why);
}

/** As Cyrus's master: a daemon gets SIGHUP at a reload, and may read its configuration again, or end and be replaced. */
export function nudge(master: Master, worker: Worker): void {
  if (worker.told || worker.state === 'dead') return;
  worker.nudged = true;
  // Of one that is waited for nothing is presumed: it says when it is up.
  const speaks = isService(worker.owner) && worker.owner.daemon?.wait === true;
  if (worker.spoken || (!speaks && master.now >= signalledAt(worker))) {
    master.os.signal(worker.pidfd, 'SIGHUP');
    return;
  }
  worker.signalWhenStarted = 'SIGHUP';
  if (!speaks) master.timers.add({ at: signalledAt(worker), serial: worker.serial, purpose: 'presume' });
}

/** When a silent worker can be signalled. Later than it is presumed to be up: being wrong there costs a spawn, here a life. */
export function signalledAt({ owner, spawnedAt }: Worker): number {
  if (!isService(owner)) return spawnedAt;
  // Who is known to speak when it is up is waited for, on the busiest machine too. Nobody is waited for any longer.
  const limitMs = startlimitMsOf(owner);
  return spawnedAt + (owner.startup.announces ? limitMs : Math.min(limitMs, signalledAfterMs(owner.startup)));
}

/** Asks a worker to end now (SIGTERM), whatever it was asked before; it is killed at its stop limit. */
export function terminate(
  master: Master,
  worker: Worker,
  why: string,
  reason: ExitReason = 'requested',
): void {
  if (worker.state === 'dead' || worker.told?.signal === 'SIGTERM' || worker.told?.signal === 'SIGKILL')
    return;
  worker.signalWhenStarted = undefined;
  finish(master, worker, { signal: 'SIGTERM', why, reason, mayFinish: false, serving: isServing(worker) });
  send(master, worker, 'SIGTERM', why);
}

/** Ends a worker and all of its process group, unconditionally. */
export function kill(master: Master, worker: Worker, why: string, reason: ExitReason): void {
  if (worker.state === 'dead') return;
  worker.told = { signal: 'SIGKILL', why, reason, mayFinish: false, serving: false };
  worker.signalWhenStarted = undefined;
  if (worker.state !== 'draining') apply(worker, 'told', master.now);
  master.os.signalGroup(worker.pid, 'SIGKILL');
  master.os.signal(worker.pidfd, 'SIGKILL');
  tell(master, { ...workerSubject(worker), kind: 'worker-killed', why, signal: 'SIGKILL' });
}

function finish(master: Master, worker: Worker, told: NonNullable<Worker['told']>): void {
  worker.told = told;
  if (worker.state !== 'draining') apply(worker, 'told', master.now);
  setStopLimit(master, worker);
}

/** From now on the worker has its stop limit to end. */
export function setStopLimit(master: Master, worker: Worker): void {
  worker.stopLimit.at = master.now + stoplimitMsOf(worker.owner);
  timeStopLimit(master, worker);
}

function timeStopLimit(master: Master, { stopLimit, serial }: Worker): void {
  if (stopLimit.at >= stopLimit.timerAt) return;
  stopLimit.timerAt = stopLimit.at;
  master.timers.add({ at: stopLimit.at, serial, purpose: 'kill' });
}

/** From READY=1 on, as under systemd: until then the start limit watches. */
export function setWatchdog(master: Master, worker: Worker): void {
  const watchdogMs = watchdogMsOf(worker);
  if (watchdogMs === 0) return;
  master.timers.add({ at: worker.watchdogAt + watchdogMs, serial: worker.serial, purpose: 'watchdog' });
}

export function watchdogMsOf({ owner }: Worker): number {
  return isService(owner) ? (owner.spec?.watchdogMs ?? 0) : 0;
}

function isServing(worker: Worker): boolean {
  return worker.state === 'busy' || worker.clients > 0;
}

function send(master: Master, worker: Worker, signal: Signal, why: string): void {
  // ESRCH: it has just ended by itself; its exit is on the way.
  if (hasHelpers(worker)) master.os.signalGroup(worker.pid, signal);
  else master.os.signal(worker.pidfd, signal);
  tell(master, { ...workerSubject(worker), kind: 'worker-retired', why, signal });
}

/** Jobs and inetd programs are often shell scripts: what they have started is to end with them. */
function hasHelpers({ owner }: Worker): boolean {
  return !isService(owner) || owner.protocol === 'inetd';
}

/** The worker has spoken or is presumed up: it can take the signal that waited for this. */
export function signalStarted(master: Master, worker: Worker): void {
  const signal = worker.signalWhenStarted;
  if (signal === undefined) return;
  worker.signalWhenStarted = undefined;
  if (worker.told === undefined) {
    master.os.signal(worker.pidfd, signal);
    return;
  }
  send(master, worker, signal, worker.told.why);
  setStopLimit(master, worker);
}

/** Its stop limit is over. One that may finish its clients and has some is left alone. */
export function stopLimitOver(master: Master, worker: Worker): void {
  const { told, stopLimit } = worker;
  stopLimit.timerAt = Number.POSITIVE_INFINITY;
  // Not signalled yet: the limit begins with the signal.
  if (worker.signalWhenStarted !== undefined) return;
  if (master.now < stopLimit.at) {
    timeStopLimit(master, worker);
    return;
  }
  if (told?.signal === 'SIGKILL' || (told?.mayFinish && told.serving)) return;
  const why = told?.why ?? 'it said STOPPING=1';
  const reason = told === undefined || told.reason === 'requested' ? 'stop-limit' : told.reason;
  kill(master, worker, `still there after its stop limit (${why})`, reason);
}

/** Key `maxuse`: an idle worker that has served that many connections is to go. */
export function retireIfUsedUp(master: Master, worker: Worker, service: Service): void {
  const limit = service.spec?.maxuse ?? 0;
  if (limit > 0 && worker.uses >= limit && worker.state === 'ready' && worker.clients === 0) {
    retire(master, worker, `served ${worker.uses} connections, maxuse=${limit}`);
  }
}

/** maxchild was lowered: idle workers above it go at once, busy ones when their clients have gone. */
function obeyMaxchild(master: Master, service: Service): void {
  const { workers, limits } = service;
  let surplus = activeCount(workers) - workers.draining.size - limits.maxchild;
  if (surplus <= 0) return;
  for (const worker of [...workers.ready]) {
    if (surplus <= 0) return;
    if (worker.clients > 0) continue;
    retire(master, worker, `maxchild=${limits.maxchild} is exceeded`);
    surplus -= 1;
  }
}

/**
 * Key `idlekill`, the low-water rule: what was never needed for a whole interval is retired, the longest idle
 * first, never below prefork. The interval starts anew each time, so that one quiet moment retires nobody.
 */
export function scaleDown(master: Master, service: Service): void {
  obeyMaxchild(master, service);
  const intervalMs = service.spec?.idlekillMs ?? 0;
  if (intervalMs === 0) return;
  const { lowWater, workers, limits } = service;
  lowWater.ready = Math.min(lowWater.ready, readyCount(workers));
  if (master.now < lowWater.since + intervalMs) return;
  const surplus = Math.max(0, lowWater.ready - limits.prefork);
  const idle = [...workers.ready].filter(({ clients }) => clients === 0);
  for (const worker of idle.slice(0, surplus)) {
    retire(master, worker, `not needed for ${intervalMs / 1000} s (idlekill)`);
  }
  lowWater.ready = Number.POSITIVE_INFINITY;
  lowWater.since = master.now;
}
