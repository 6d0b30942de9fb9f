// One supervised service at one address (or one daemon): its specification, its socket, its workers by state, and
// what the policy remembers of it. Made by `createService`; counts are the sizes of `workers` and nothing else.

import type { Address, Errno, Fd } from '../os/os.ts';
import { SERVICE_FIELD } from './board.ts';
import { type Breaker, CLOSED } from './breaker.ts';
import { type CompletionRate, slidingWindow } from './completions.ts';
import { fullBucket, type TokenBucket } from './fork-rate.ts';
import type { HeldTime } from './held-time.ts';
import { noWorkers, type Workers } from './owner.ts';
import type { Place } from './places.ts';
import { queueProportional, type SpawnDecision, type SpawnFigures } from './spawn-policy.ts';
import type { CommandSpec, DaemonSpec, FailureRule, Protocol, ServiceSpec } from './spec.ts';
import { type StartupTime, unknownStartupTime } from './startup-time.ts';

export interface Listener {
  readonly fd: Fd;
  readonly address: Address;
  readonly effectiveBacklog: number;
  /** From LISTEN_FDS: not ours to shut down. */
  readonly inherited: boolean;
}

/** The accept queue, as last seen. */
export interface Queue {
  length: number;
  limit: number;
  /** Somebody has been queued at every look since then. */
  since: number;
  /** When to look again, and how long to wait after that. */
  checkAt: number;
  checkDelayMs: number;
  /** Clients that were seen to be queued and then not any more, or to have been quicker than the look. */
  taken: number;
  /** Its listener is in the poll set. Written by interest.ts. */
  watched: boolean;
  /** How often in a row poll named the listener, and nobody was queued. */
  falseAlarms: number;
  unwatchedUntil: number;
}

/** What the core needs to know of a service or a daemon, whatever its section was. */
export interface Limits {
  prefork: number;
  maxchild: number;
}

export interface Service {
  readonly kind: 'service' | 'daemon';
  readonly name: string;
  readonly family: string;
  /** undefined for a daemon. */
  spec: ServiceSpec | undefined;
  /** undefined for a service. */
  daemon: DaemonSpec | undefined;
  command: CommandSpec;
  readonly protocol: Protocol | 'daemon';
  readonly slot: number;
  readonly view: Float64Array;
  readonly workers: Workers;
  /** Clients that its workers hold, those told to finish left out. Written by the ledger only. */
  clients: number;
  readonly limits: Limits;
  listener: Listener | undefined;
  /** Why its address could not be bound at the last try, and when (monotonic ms) it is tried again. */
  binding: { readonly errno: Errno | undefined; readonly retryAt: number };
  /** Shut down, again and again while workers hold it: until the address is bound anew, or a removed service's last worker has ended. */
  refused: Listener | undefined;
  paused: boolean;
  /** Its entry is gone: no new workers; forgotten when the last one has ended. */
  removed: boolean;
  breaker: Breaker;
  readonly tokens: TokenBucket;
  /** fork failed with EAGAIN or ENOMEM: not before `until`. */
  readonly forkBackoff: { until: number; delayMs: number };
  readonly queue: Queue;
  readonly startup: StartupTime;
  readonly completions: CompletionRate;
  decision: SpawnDecision;
  /** The constraint that was last told as binding, and since when (monotonic ms). */
  readonly blocked: { constraint: SpawnDecision['constraint']; since: number };
  readonly held: HeldTime;
  /** inetd: accepted, and not yet handed to a process because fork failed. */
  pendingConnection: Fd | undefined;
  /** Scale-down: the fewest ready since `since`. */
  readonly lowWater: { ready: number; since: number };
  lastExit:
    | { readonly pid: number; readonly how: string; readonly lastStderr: string; readonly at: number }
    | undefined;
  readonly output: { tokens: TokenBucket; dropped: number };
}

/** A service's log lines per second that are passed on; a burst of that many is, too. */
export const OUTPUT_LINES_PER_SECOND = 2_000;

const NO_FIGURES: SpawnFigures = {
  queue: 0,
  clientlimit: 1,
  minReady: 0,
  ready: 0,
  places: 0,
  released: 0,
  active: 0,
  maxchild: 0,
  starting: 0,
  startRoom: 0,
  tokens: 0,
  breakerAllowance: 0,
  halt: 'none',
};

export function createService(
  spec: ServiceSpec | DaemonSpec,
  { slot, view }: Place,
  now: number,
  completions: CompletionRate = slidingWindow(),
): Service {
  const listens = 'listen' in spec;
  const limits = listens ? { prefork: spec.prefork, maxchild: spec.maxchild } : { prefork: 1, maxchild: 1 };
  view[SERVICE_FIELD.prefork] = limits.prefork;
  view[SERVICE_FIELD.maxchild] = limits.maxchild;
  return {
    kind: listens ? 'service' : 'daemon',
    name: spec.name,
    family: listens ? spec.address.family : '',
    spec: listens ? spec : undefined,
    daemon: listens ? undefined : spec,
    command: spec.command,
    protocol: listens ? spec.protocol : 'daemon',
    slot,
    view,
    workers: noWorkers(),
    clients: 0,
    limits,
    listener: undefined,
    binding: { errno: undefined, retryAt: Number.POSITIVE_INFINITY },
    refused: undefined,
    paused: false,
    removed: false,
    breaker: CLOSED,
    tokens: fullBucket(spec.maxforkrate, now),
    forkBackoff: { until: Number.NEGATIVE_INFINITY, delayMs: 0 },
    queue: emptyQueue(now),
    startup: unknownStartupTime(),
    completions,
    decision: queueProportional(NO_FIGURES),
    blocked: { constraint: 'none', since: now },
    held: { constraint: 'none', atMaxchild: false, at: now },
    pendingConnection: undefined,
    lowWater: { ready: Number.POSITIVE_INFINITY, since: now },
    lastExit: undefined,
    output: { tokens: fullBucket(OUTPUT_LINES_PER_SECOND, now), dropped: 0 },
  };
}

function emptyQueue(now: number): Queue {
  return {
    length: 0,
    limit: 0,
    since: now,
    checkAt: Number.POSITIVE_INFINITY,
    checkDelayMs: 0,
    taken: 0,
    watched: false,
    falseAlarms: 0,
    unwatchedUntil: Number.NEGATIVE_INFINITY,
  };
}

export function failureRuleOf(service: Service): { rule: FailureRule; babysit: boolean } {
  if (service.spec) return { rule: service.spec.failureRule, babysit: service.spec.babysit };
  return { rule: service.daemon?.failureRule ?? 'breaker', babysit: true };
}

export function startlimitMsOf(service: Service): number {
  return (service.spec ?? service.daemon)?.startlimitMs ?? 0;
}
