// What must be true, kept by hand: the units of the configuration in force, and the children of the kernel with what
// they have said and what they were told. Filled by children.ts (the kernel's hooks) and orders.ts (commands); read by
// the rules. Nothing here comes from the core's counts.

import type { WorkerKind } from '../../../src/core/facts.ts';
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

/** One fork: when it was, and since when it can have been decided (the turn that decides it may take long). */
export interface Fork {
  readonly at: number;
  readonly decidedFrom: number;
}

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
  readonly stoplimit: { least: number; most: number; leastEver: number };
  readonly unreaped: Set<Child>;
  /** A child that lies, or may, was among them at some time. */
  dishonest: boolean;
  /** When it came into force, at the earliest (ms). */
  bornAt: number;
  forks: Fork[];
  runs: number;
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
  lastAcceptAt: number;
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

export interface Child {
  readonly view: ChildView;
  readonly unit: Unit;
  readonly honest: boolean;
  readonly words: Words;
  /** The core's number for it. */
  coreSerial: number | undefined;
  /** The last SIGHUP, SIGTERM or SIGABRT of ours. */
  asked: Asked | undefined;
  /** It got SIGABRT: its watchdog was over. */
  aborted: boolean;
  killed: boolean;
  /** A client was taken by it. */
  served: boolean;
  /** The books said at the end of the last turn that it is to finish. */
  drained: boolean;
  /** It is to finish, and has not been told yet, since then. */
  deferredSince: number | undefined;
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
  connections: number;
  commands: number;
  facts: number;
  interrupted: boolean;
  execFailures: string[];
}

/** Readings at the end of the last turn. */
export interface LastTurn {
  readonly endedAt: number;
  readonly busyMs: number;
  readonly calls: number;
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
}

export function nothingYet(): Happenings {
  return {
    spawned: 0,
    reaped: [],
    ended: 0,
    signals: 0,
    heard: 0,
    connections: 0,
    commands: 0,
    facts: 0,
    interrupted: false,
    execFailures: [],
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
    last: { endedAt: 0, busyMs: 0, calls: 0, unread: 0, injected: {} },
    healedAt: undefined,
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
