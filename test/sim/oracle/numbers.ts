// Figures that can be judged alone: nothing negative, no drift, the limits as they were ordered. Called after every turn.

import { MASTER_FIELD, MASTER_LENGTH, SERVICE_LENGTH, usedLength } from '../../../src/core/board.ts';
import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import { hit, type Truth, title, type Unit, violate } from './truth.ts';

export function nothingNegative(truth: Truth, { board, slotsUsed, services }: Master): void {
  for (let index = 0; index < usedLength(slotsUsed); index += 1) {
    const figure = board[index] as number;
    if (figure >= 0) continue;
    const slot = Math.floor((index - MASTER_LENGTH) / SERVICE_LENGTH);
    const whose = services.find((service) => service.slot === slot)?.name ?? 'the master';
    violate(truth, 'nothing-negative', `${whose}: figure ${index} of the board is ${figure}`);
  }
  for (const { name, clients, queue } of services) {
    if (clients < 0 || queue.length < 0) {
      violate(
        truth,
        'nothing-negative',
        `${name}: ${clients} clients are held, ${queue.length} queued in the books`,
      );
    }
  }
}

export function driftIsZero(truth: Truth, { view }: Master): void {
  const drift = view[MASTER_FIELD.drift] ?? 0;
  const before = truth.drift;
  truth.drift = drift;
  // Epoll was made to keep an exit to itself in this turn too, and time has passed meanwhile: the audit does find it.
  if (drift > before && !hit(truth, 'epoll-few'))
    violate(truth, 'drift-is-zero', `the self-audit has found ${drift} exits that were missed`);
}

/** Every unit that listens or is a daemon has its record, and its limits are those that were ordered. */
export function limitsAsOrdered(truth: Truth, recordOf: ReadonlyMap<Unit, Service>): void {
  if (truth.phase !== 'running') return;
  for (const unit of truth.units.values()) {
    if (unit.kind !== 'service' && unit.kind !== 'daemon') continue;
    const service = recordOf.get(unit);
    if (service === undefined) {
      violate(truth, 'limits-as-ordered', `${title(unit)}: is configured, and has no record in the books`);
    }
    const { prefork, maxchild } = service.limits;
    if (
      prefork !== unit.limits.prefork ||
      maxchild !== unit.limits.maxchild ||
      service.paused !== unit.paused
    ) {
      violate(
        truth,
        'limits-as-ordered',
        `${title(unit)}: prefork ${prefork}, maxchild ${maxchild}${service.paused ? ', paused' : ''} in the books, ` +
          `ordered are ${unit.limits.prefork} and ${unit.limits.maxchild}${unit.paused ? ', paused' : ''}`,
      );
    }
  }
}
