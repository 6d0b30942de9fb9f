// Stage 9: what must hold after every turn, checked in production too; cheap. And the self-audit: a slice of the
// workers at a time is held against the kernel (waitid by pidfd), so that an exit which was missed in any way is
// found; each is counted as drift, which must stay 0.

import { assert } from '../lib/assert.ts';
import { count, type Master, tell } from './master.ts';
import { activeCount } from './owner.ts';
import { reap } from './reap.ts';
import type { Worker } from './worker.ts';

const AUDIT_INTERVAL_MS = 1_000;
const AUDIT_WORKERS_PER_SLICE = 64;

export function checkInvariants(master: Master): void {
  let active = 0;
  for (const service of master.services) {
    const ofService = activeCount(service.workers);
    active += ofService;
    // A lower maxchild by reload or scale takes effect as workers leave: only a fork may not exceed it.
    assert(service.slot < master.slotsUsed, 'a service stands on the published board', {
      service: service.name,
    });
  }
  for (const job of master.jobs) active += activeCount(job.workers);
  assert(active === master.roster.size, 'counts and roster agree', { active, roster: master.roster.size });
}

/** Called in the reap stage, where exits are accounted. */
export function audit(master: Master): void {
  if (master.now < master.auditAt) return;
  master.auditAt = master.now + AUDIT_INTERVAL_MS;
  master.auditWalk ??= master.roster.all();
  for (let looked = 0; looked < AUDIT_WORKERS_PER_SLICE; looked += 1) {
    const next = master.auditWalk.next();
    if (next.done) {
      master.auditWalk = undefined;
      return;
    }
    examine(master, next.value);
  }
}

/**
 * An exit may have come since this turn asked epoll, or epoll may have more to tell than fits into a turn: only one that
 * is still there at the next visit, when epoll has told everything, was missed.
 */
function examine(master: Master, worker: Worker): void {
  const { state: was, serial, pid } = worker;
  if (was === 'dead') return;
  const ended = master.os.poll([worker.pidfd], 0).kind === 'ready';
  const missed = ended && worker.seenEnded && master.pending.complete;
  worker.seenEnded = ended;
  if (!missed || !reap(master, worker)) return;
  count(master, 'drift');
  tell(master, { kind: 'accounting-drift', serial, pid, service: worker.owner.name, was });
}
