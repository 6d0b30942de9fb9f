// How many workers a service should be given now, and why not more. Pure: figures in, a decision with its reason
// out, so that other systems' policies can be plugged in and compared (ARCHITECTURE, "Spawn policy").
//   need = queue + min_ready - ready - released       n = clamp(need, 0, the smallest limit)
// Where a worker serves several clients at once, free places take the part of ready workers in this sum, and the
// low-water mark asks for min_ready workers with a free place each.

import type { Constraint } from './board.ts';

export interface SpawnFigures {
  /** Connections in the kernel's accept queue. */
  readonly queue: number;
  /** Clients that one worker serves at once. */
  readonly clientlimit: number;
  /** The low-water mark, `prefork`. */
  readonly minReady: number;
  /** May take a connection, those that are starting included. */
  readonly ready: number;
  /** Clients that those could take now: `ready`, where a worker serves one at a time. */
  readonly places: number;
  /** Clients expected to be finished while a new worker starts; where starts are slow and sessions short, soon after. */
  readonly released: number;
  readonly active: number;
  readonly maxchild: number;
  /** Of this service, starting now. */
  readonly starting: number;
  /** Starts that the start cap and the other services leave to this one now. */
  readonly startRoom: number;
  readonly tokens: number;
  /** Infinity, 1 (a probe) or 0. */
  readonly breakerAllowance: number;
  readonly halt: 'none' | 'paused' | 'disabled' | 'stopping' | 'fork-failed' | 'breaker-open';
}

export interface SpawnDecision {
  readonly spawn: number;
  /** Before any limit; may be negative. */
  readonly need: number;
  /** What keeps `spawn` below `need`; 'none' when nothing does. */
  readonly constraint: Constraint;
  readonly figures: SpawnFigures;
}

export type SpawnPolicy = (figures: SpawnFigures) => SpawnDecision;

/** Ours: proportional to the queue. */
export const queueProportional: SpawnPolicy = (figures) => {
  const need = needed(figures, figures.released);
  if (need > 0) return limited(need, figures);
  const heldBack = needed(figures, 0) > 0;
  return { spawn: 0, need, constraint: heldBack ? 'released' : 'none', figures };
};

function needed({ queue, clientlimit, minReady, ready, places }: SpawnFigures, released: number): number {
  const forClients = Math.ceil((queue + minReady - places - released) / clientlimit);
  const forRefill = minReady - ready - Math.floor(released / clientlimit);
  return Math.max(forClients, forRefill);
}

/** Cuts a positive need down to the tightest limit and names it. A policy of another system can use it too. */
export function limited(need: number, figures: SpawnFigures): SpawnDecision {
  const [room, constraint] = tightest(figures);
  if (room >= need) return { spawn: need, need, constraint: 'none', figures };
  return { spawn: Math.max(0, room), need, constraint, figures };
}

function tightest(figures: SpawnFigures): readonly [number, Constraint] {
  if (figures.halt !== 'none') return [0, figures.halt];
  const limits: readonly (readonly [number, Constraint])[] = [
    [figures.breakerAllowance, 'breaker-probe'],
    [figures.maxchild - figures.active, 'maxchild'],
    [figures.tokens, 'fork-rate'],
    [figures.startRoom, figures.starting > 0 ? 'start-cap' : 'share'],
  ];
  return limits.reduce((tight, limit) => (limit[0] < tight[0] ? limit : tight));
}
