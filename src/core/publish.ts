// Stage 8: gauges onto the board, then board, facts and replies to the plane.

import { CONSTRAINTS, MASTER_FIELD, SERVICE_FIELD } from './board.ts';
import { eventFigures } from './event-figures.ts';
import type { Master } from './master.ts';
import { activeCount, readyCount } from './owner.ts';
import type { Service } from './service.ts';
import type { MasterPhase } from './snapshot.ts';
import { capOf } from './start-cap.ts';

export const BREAKER_NUMBERS = { closed: 0, probing: 1, open: 2, disabled: 3 } as const;
export const PHASES: readonly MasterPhase[] = ['starting', 'running', 'stopping', 'stopped'];

export function publish(master: Master): void {
  const { view } = master;
  view[MASTER_FIELD.workers] = master.roster.size;
  view[MASTER_FIELD.startCap] = capOf(master.startCap);
  view[MASTER_FIELD.phase] = PHASES.indexOf(master.phase);
  for (const service of master.services) gauges(service);
  for (const job of master.jobs) eventFigures(master, job);
  const { board, slotsUsed, facts, replies } = master;
  master.outlet.publish({ board, slotsUsed, facts, replies });
  if (facts.length > 0) master.facts = [];
  if (replies.length > 0) master.replies = [];
}

function gauges({ view, workers, limits, breaker, decision, queue }: Service): void {
  view[SERVICE_FIELD.starting] = workers.starting.size;
  view[SERVICE_FIELD.ready] = readyCount(workers);
  view[SERVICE_FIELD.busy] = workers.busy.size;
  view[SERVICE_FIELD.draining] = workers.draining.size;
  view[SERVICE_FIELD.active] = activeCount(workers);
  view[SERVICE_FIELD.queue] = queue.length;
  view[SERVICE_FIELD.queueLimit] = queue.limit;
  view[SERVICE_FIELD.prefork] = limits.prefork;
  view[SERVICE_FIELD.maxchild] = limits.maxchild;
  view[SERVICE_FIELD.breaker] = BREAKER_NUMBERS[breaker.kind];
  view[SERVICE_FIELD.constraint] = CONSTRAINTS.indexOf(decision.constraint);
}
