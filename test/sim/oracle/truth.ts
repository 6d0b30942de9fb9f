// What must be true, kept by hand: the units of the configuration in force, and the children of the kernel with what
// they have said and what they were told. Filled by children.ts (the kernel's hooks) and orders.ts (commands); read by
// the rules. Nothing here comes from the core's counts.

import type { FactKind, WorkerKind } from '../../../src/core/facts.ts';
import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import type { MasterPhase } from '../../../src/core/snapshot.ts';
import type { DaemonSpec, EventSpec, JobSpec, MasterSpec, ServiceSpec } from '../../../src/core/spec.ts';
import type { Address, Signal } from '../../../src/os/os.ts';
import type { ChildView } from '../../../src/os/sim/observer.ts';
import type { SimKernel } from '../../../src/os/sim/options.ts';
import type { OracleSetting } from './oracle.ts';
import type { RuleName } from './rules.ts';
import { Violation } from './violation.ts';
import type { Words } from './words.ts';

export type Entry = ServiceSpec | DaemonSpec | EventSpec | JobSpec;

/** Clear failures one after the other: see breaker.ts. */
export interface Streak {
  failures: number;
  lastAt: number;
  /** When the breaker must have opened. */
  openedAt: number;
  forksSince: number;
}

/** A service at one address, a daemon, an event or a start job, from the command that brought it to the one that takes it away. */
export interface Unit {
  readonly id: string;
  readonly kind: WorkerKind;
  readonly name: string;
  /** What a reload may not change without making it another. */
  readonly identity: string;
  entry: Entry;
  readonly limits: { prefork: number; maxchild: number };
  paused: boolean;
  removed: boolean;
  /** Of the limits in force in this turn; two, when a command has changed it. And of all that ever were. */
  readonly stoplimit: { least: number; most: number; leastEver: number; mostEver: number };
  /** The least in force in this turn. */
  startlimitLeastMs: number;
  readonly unreaped: Set<Child>;
  /** One of them has written a part of a message: what they have told in all cannot be known. */
  uncounted: boolean;
  /** When it came into force, at the earliest (ms). */
  bornAt: number;
  /** When its last forks were. */
  forks: number[];
  /** Its last fork had returned by then: a spawn may take long. */
  forkedBy: number;
  /** The last fork of it that failed, and the last change of its rate. */
  forkFailedAt: number;
  rateChangedAt: number;
  runs: number;
  /** Runs that wait for the one that goes on. */
  queuedRuns: number;
  /** The next one of an event at wall-clock times, by the clock on the wall. */
  occurrence: { readonly event: EventSpec; readonly atMs: number } | undefined;
  /** Its fork has failed: it is due again then. */
  retryAt: number | undefined;
  /** Its last fork that failed has been tried again by then. */
  retriedBy: number;
  lastRunAt: number;
  lastActiveAt: number;
  /** Wall-clock minute of the last run of an event at wall-clock times. */
  lastOccurrence: number;
  connectionsSaid: number;
  /** The first word of one of them was AVAILABLE, and was read. */
  announces: boolean;
  spoken: boolean;
  longestStartMs: number;
  acceptedByMaster: number;
  spawned: number;
  readonly streak: Streak;
  /** Clients that may have been seen in the queue: at the ends of the last two turns, and those who came since. */
  readonly queued: { before: number; last: number; arrived: number };
  /** The first of them, and when the turn began that saw him so first. */
  head: { readonly id: number; readonly seenAt: number } | undefined;
  lastAcceptAt: number;
  /** One of its workers was free again, by its own account. */
  lastAvailableAt: number;
  /** It could start another worker since then, at every look. */
  capacitySince: number | undefined;
}

export interface Asked {
  readonly signal: Signal;
  readonly at: number;
  /** The turn that asked began then, at the earliest. */
  readonly decidedFrom: number;
  readonly limit: { readonly least: number; readonly most: number };
}

/** What a child has written into one of its pipes since the last turn's end, and what was unread then. */
export interface PipeSeen {
  readonly fd: number;
  written: number;
  unread: number;
}

export interface Child {
  readonly view: ChildView;
  readonly unit: Unit;
  /** Its words are true. */
  readonly honest: boolean;
  readonly words: Words;
  /** By descriptor, notifications first: see hearing.ts. */
  readonly pipes: readonly PipeSeen[];
  /** Something was written, or is left to be read. */
  heard: boolean;
  /** The core's number for it. */
  coreSerial: number | undefined;
  /** The last SIGHUP, SIGTERM or SIGABRT of ours. */
  asked: Asked | undefined;
  /** A daemon that was told of a reload by SIGHUP: it may die of that, and has not failed then. */
  nudged: boolean;
  /** It got SIGABRT: its watchdog was over. */
  aborted: boolean;
  killed: boolean;
  /** A client was taken by it. */
  served: boolean;
  /** The books said at the end of the last turn that it is to finish. */
  drained: boolean;
  /** It is to finish, and has not been told yet, since then. */
  deferredSince: number | undefined;
  /** A reload asks it to go. */
  mustGo: boolean;
  /** That was in force when it was spawned. */
  readonly startlimitMs: number;
  /** In how many turns' ends it was seen dead and not reaped. */
  zombieTurns: number;
}

/** What has happened since the last turn's end. */
export interface Happenings {
  spawned: number;
  readonly reaped: Child[];
  ended: number;
  signals: number;
  heard: number;
  /** What is unread at its end. */
  unread: number;
  connections: number;
  commands: number;
  facts: number;
  interrupted: boolean;
  /** By name and family. */
  execFailures: string[];
  shutListeners: string[];
  /** Those after whom fewer than prefork may have been left. */
  retired: { readonly child: Child; readonly left: number }[];
}

/** Readings at the end of the last turn. */
export interface LastTurn {
  readonly endedAt: number;
  readonly busyMs: number;
  readonly calls: number;
  readonly fullLooks: number;
  /** Bytes and datagrams that children had written and the master had not read. */
  readonly unread: number;
  readonly injected: Readonly<Record<string, number>>;
}

export interface Stop {
  readonly takenAt: number;
  readonly limitMs: number;
  forced: boolean;
  forcedAt: number;
  /** Turns that began after it had to be over. */
  turnsLate: number;
}

export interface Truth {
  readonly setting: OracleSetting;
  readonly kernel: SimKernel;
  /** Of the last turn; its books are read by rules that judge in the middle of one. */
  master: Master | undefined;
  spec: MasterSpec;
  /** In force, by unit id. */
  readonly units: Map<string, Unit>;
  readonly byAddress: Map<string, Unit>;
  /** Which unit a record of the core stands for, removed ones included. */
  readonly recordOf: WeakMap<object, Unit>;
  /** Unreaped, by pid. */
  readonly children: Map<number, Child>;
  /** The same by unit id, those of removed units included. */
  readonly running: Map<string, Set<Child>>;
  phase: MasterPhase;
  stop: Stop | undefined;
  turns: number;
  now: Happenings;
  last: LastTurn;
  healedAt: number | undefined;
  /** Exits that the self-audit had found to be missed, at the last turn's end. */
  drift: number;
  /** What the plane does not want to hear of any more. */
  quiet: ReadonlySet<FactKind>;
  /** Where removed services of protocol `cyrus` listened. */
  readonly deserted: Map<string, Unit>;
}

export function nothingYet(): Happenings {
  return {
    spawned: 0,
    reaped: [],
    ended: 0,
    signals: 0,
    heard: 0,
    unread: 0,
    connections: 0,
    commands: 0,
    facts: 0,
    interrupted: false,
    execFailures: [],
    shutListeners: [],
    retired: [],
  };
}

export function createTruth(setting: OracleSetting): Truth {
  return {
    setting,
    get kernel() {
      return setting.kernel();
    },
    master: undefined,
    spec: setting.spec,
    units: new Map(),
    byAddress: new Map(),
    recordOf: new WeakMap(),
    children: new Map(),
    running: new Map(),
    phase: 'starting',
    stop: undefined,
    turns: 0,
    now: nothingYet(),
    last: { endedAt: 0, busyMs: 0, calls: 0, fullLooks: 0, unread: 0, injected: {} },
    healedAt: undefined,
    drift: 0,
    quiet: new Set(),
    deserted: new Map(),
  };
}

/**
 * When the work of this turn began: whatever it does was decided then or later. Of the core this is a reading of the
 * clock, and no figure of its own.
 */
export function turnBeganAt({ master, last }: Truth): number {
  return Math.max(last.endedAt, master?.now ?? 0);
}

/** Has this fault been injected since the last turn's end? */
export function hit({ setting, last }: Truth, ...faults: readonly string[]): boolean {
  const injected = setting.injected?.();
  if (injected === undefined) return false;
  return faults.some((fault) => (injected[fault] ?? 0) > (last.injected[fault] ?? 0));
}

/** Epoll has not told of all that was ready in this turn: the rest come in the next ones, for the kernel goes round. */
export function wasCutShort(truth: Truth): boolean {
  return hit(truth, 'epoll-few') || truth.kernel.fullLooks > truth.last.fullLooks;
}

export function serviceSpecOf({ entry }: Unit): ServiceSpec | undefined {
  return 'listen' in entry ? entry : undefined;
}

export function eventSpecOf({ entry }: Unit): EventSpec | undefined {
  return 'trigger' in entry ? entry : undefined;
}

export function daemonSpecOf({ entry }: Unit): DaemonSpec | undefined {
  return 'wait' in entry ? entry : undefined;
}

export function isCyrus(unit: Unit): boolean {
  return serviceSpecOf(unit)?.protocol === 'cyrus';
}

export function addressKey(address: Address): string {
  const { family, transport } = address;
  return address.family === 'unix'
    ? `${family} ${transport} ${address.path}`
    : `${family} ${transport} ${address.host} ${address.port}`;
}

/** Services and daemons in the books with the unit that each stands for; a removed one stays its own. */
export function unitOf({ recordOf, units }: Truth, service: Service): Unit | undefined {
  const known = recordOf.get(service);
  if (known !== undefined || service.removed) return known;
  const unit = units.get(service.command.argv[1] ?? '');
  if (unit !== undefined) recordOf.set(service, unit);
  return unit;
}

/** Told, or on its way out by itself. The books know who is to be told later, when its start-up is over. */
export function isLeaving(master: Master, { asked, killed, words, coreSerial }: Child): boolean {
  if (asked !== undefined || killed || words.stopping) return true;
  return coreSerial !== undefined && master.roster.get(coreSerial)?.state === 'draining';
}

/** 'imap at 127.0.0.1:143', 'event purge'. */
export function title({ kind, name, id }: Unit): string {
  const address = id.split('/').slice(2).join('/');
  if (kind !== 'service') return `${kind} ${name}`;
  return address === '' ? name : `${name} at ${address}`;
}

/** '61.204 s' of virtual time. */
export function time(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

export function violate(truth: Truth, rule: RuleName, says: string): never {
  throw new Violation(rule, `${says} (at ${time(truth.kernel.now())})`);
}
