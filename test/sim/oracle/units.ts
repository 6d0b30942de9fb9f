// How a unit begins: from an entry of a configuration, with nothing known of it. Called by orders.ts.

import type { WorkerKind } from '../../../src/core/facts.ts';
import { addressKey, type Entry, type Unit } from './truth.ts';

/** The scenario writes the id of its unit into each command. */
export function idOf({ command }: Entry): string {
  return command.argv[1] ?? '';
}

export function kindOf(entry: Entry): WorkerKind {
  if ('listen' in entry) return 'service';
  if ('trigger' in entry) return 'event';
  return 'wait' in entry ? 'daemon' : 'start';
}

/** Of what listens: name, listen, proto and protocol. A daemon and an event are known by their names. */
export function identityOf(entry: Entry): string {
  if (!('listen' in entry)) return entry.name;
  const { name, proto, listen, address, protocol } = entry;
  return [name, proto, listen, addressKey(address), protocol].join(' ');
}

/** The limit of 30 s that the documentation gives to START jobs, which name none. */
const STOPLIMIT_OF_START_JOBS_MS = 30_000;

export function stoplimitMsOf(entry: Entry): number {
  return 'stoplimitMs' in entry ? entry.stoplimitMs : STOPLIMIT_OF_START_JOBS_MS;
}

/** Of what does not come up; Infinity for what has no such limit. */
export function startlimitMsOf(entry: Entry): number {
  return 'startlimitMs' in entry ? entry.startlimitMs : Number.POSITIVE_INFINITY;
}

/** Forks per second; Infinity where nothing bounds them. */
export function rateOf(entry: Entry): number {
  return 'maxforkrate' in entry ? entry.maxforkrate : Number.POSITIVE_INFINITY;
}

const NEVER = Number.NEGATIVE_INFINITY;

export function createUnit(entry: Entry, bornAt: number): Unit {
  const limits = 'listen' in entry ? entry : { prefork: 1, maxchild: 1 };
  const stoplimitMs = stoplimitMsOf(entry);
  return {
    id: idOf(entry),
    kind: kindOf(entry),
    name: entry.name,
    identity: identityOf(entry),
    entry,
    limits: { prefork: limits.prefork, maxchild: limits.maxchild },
    paused: false,
    removed: false,
    stoplimit: { least: stoplimitMs, most: stoplimitMs, leastEver: stoplimitMs, mostEver: stoplimitMs },
    startlimitLeastMs: startlimitMsOf(entry),
    unreaped: new Set(),
    uncounted: false,
    bornAt,
    forks: [],
    forkedBy: NEVER,
    forkFailedAt: NEVER,
    rateChangedAt: NEVER,
    runs: 0,
    queuedRuns: 0,
    occurrence: undefined,
    retryAt: undefined,
    retriedBy: NEVER,
    lastRunAt: NEVER,
    lastActiveAt: NEVER,
    lastOccurrence: NEVER,
    connectionsSaid: 0,
    announces: false,
    spoken: false,
    longestStartMs: 0,
    acceptedByMaster: 0,
    spawned: 0,
    streak: { failures: 0, lastAt: NEVER, openedAt: NEVER, forksSince: 0 },
    queued: { before: 0, last: 0, arrived: 0 },
    head: undefined,
    lastAcceptAt: NEVER,
    lastAvailableAt: NEVER,
    capacitySince: undefined,
  };
}
