// How long a service was held back, and by what; and how long it stood at maxchild. The time between two looks goes to
// what held at the first of them: a turn is made at least once a second, and whatever changes it makes a turn.
// Called by spawner.ts once per service and turn; seconds on the board, from the monotonic clock.

import { add, blockedSecondsField, type Constraint, SERVICE_FIELD } from './board.ts';
import { activeCount } from './owner.ts';
import type { Service } from './service.ts';

export interface HeldTime {
  constraint: Constraint;
  atMaxchild: boolean;
  /** Monotonic ms of the last look. */
  at: number;
}

/** `binding`: what holds the service back from now on; 'none' when nothing does. */
export function countHeldTime(service: Service, binding: Constraint, now: number): void {
  const { held, view, kind, limits, workers } = service;
  const seconds = (now - held.at) / 1000;
  if (held.constraint !== 'none') add(view, blockedSecondsField(held.constraint), seconds);
  if (held.atMaxchild) add(view, SERVICE_FIELD.atMaxchildSeconds, seconds);
  held.constraint = binding;
  // A daemon has its one process and wants no other.
  held.atMaxchild = kind === 'service' && activeCount(workers) >= limits.maxchild;
  held.at = now;
}
