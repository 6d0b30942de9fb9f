// Stage 7: which descriptors the next poll watches, and until when. A listener is watched only while nobody is
// queued and the next client would make the policy spawn: else a level-triggered poll would return at once, for
// ever (a busy spin). While somebody is queued, the queue is looked at again after a moment that doubles.

import { breakerDueAt } from './breaker.ts';
import { nextTokenAt } from './fork-rate.ts';
import type { Master } from './master.ts';
import type { Service } from './service.ts';
import type { SpawnDecision } from './spawn-policy.ts';
import { figuresOf, mayHaveWorkers } from './spawner.ts';

/** Even when nothing happens, a turn is made this often: queues nobody watches are seen, and a reader sees life. */
export const HEARTBEAT_MS = 1_000;
const QUEUE_LOOK_FIRST_MS = 10;
const QUEUE_LOOK_MAX_MS = 250;

export function chooseInterest(master: Master): void {
  const { os, interest } = master;
  interest.fds = [os.wakeFd, os.epollFd];
  interest.deadline = Math.min(master.now + HEARTBEAT_MS, master.timers.nextAt, shutdownDueAt(master));
  for (const left of master.leftBehind) {
    for (const { pidfd } of left.members) interest.fds.push(pidfd);
    before(master, left.killAt);
  }
  for (const job of master.jobs)
    if (!job.removed) {
      before(master, job.nextAt);
      before(master, job.retryAt);
    }
  for (const service of master.services) {
    before(master, breakerDueAt(service.breaker));
    if (service.spec?.idlekillMs) before(master, service.lowWater.since + service.spec.idlekillMs);
    if (mayHaveWorkers(master, service)) consider(master, service);
  }
}

function before(master: Master, at: number): void {
  // What is overdue has been seen in this turn, and could not be done: the heartbeat brings it back.
  if (at > master.now) master.interest.deadline = Math.min(master.interest.deadline, at);
}

function shutdownDueAt({ shutdown, now }: Master): number {
  return shutdown && shutdown.deadline > now ? shutdown.deadline : Number.POSITIVE_INFINITY;
}

function consider(master: Master, service: Service): void {
  const { queue, listener } = service;
  const waiting = queue.length > 0 || service.pendingConnection !== undefined;
  const decision = waiting ? service.decision : forNextClient(master, service);
  if (service.decision.spawn > 0) master.interest.deadline = master.now;
  queue.watched = false;
  if (waiting) lookAgain(master, service);
  else {
    queue.checkDelayMs = 0;
    if (listener && decision.spawn > 0 && master.now >= queue.unwatchedUntil) {
      master.interest.fds.push(listener.fd);
      queue.watched = true;
    }
    before(master, queue.unwatchedUntil);
  }
  before(master, releaseAt(master, service, decision));
  if (decision !== service.decision) before(master, releaseAt(master, service, service.decision));
}

/**
 * With nobody queued the question is what the next client would bring about. Of a `systemd` service it must be seen
 * how long he waits, however many are ready: they cannot say that they are busy.
 */
function forNextClient(master: Master, service: Service): SpawnDecision {
  const figures = { ...figuresOf(master, service), queue: 1 };
  const ready = service.protocol === 'systemd' ? figures.starting : figures.ready;
  return master.policy({ ...figures, ready });
}

function lookAgain(master: Master, { queue, decision }: Service): void {
  // Where only an exit or a word of a worker can change anything, that will wake us.
  if (decision.constraint === 'maxchild' || decision.constraint === 'paused') return;
  if (master.now >= queue.checkAt || queue.checkDelayMs === 0) {
    queue.checkDelayMs = Math.min(QUEUE_LOOK_MAX_MS, Math.max(QUEUE_LOOK_FIRST_MS, queue.checkDelayMs * 2));
    queue.checkAt = master.now + queue.checkDelayMs;
  }
  before(master, queue.checkAt);
}

/** When time alone lifts what keeps the service from spawning. */
function releaseAt(master: Master, service: Service, { constraint }: SpawnDecision): number {
  if (constraint === 'fork-rate') return nextTokenAt(service.tokens, master.now);
  if (constraint === 'fork-failed') return service.forkBackoff.until;
  if (constraint === 'released') return master.now + Math.max(QUEUE_LOOK_FIRST_MS, service.startup.meanMs);
  return Number.POSITIVE_INFINITY;
}
