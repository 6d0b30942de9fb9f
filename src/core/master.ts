// The whole state of the master, in one record, and the outlet through which it speaks. Nothing here decides.

import type { Fd, Os } from '../os/os.ts';
import { BOARD_LENGTH, MASTER_FIELD, masterView, SLOTS_MAX } from './board.ts';
import type { Command, Reply } from './commands.ts';
import type { CompletionRate } from './completions.ts';
import type { Fact, FactKind, FactToTell } from './facts.ts';
import type { Job } from './job.ts';
import type { LeftBehind } from './left-behind.ts';
import { PULSE_LENGTH } from './pulse.ts';
import { Roster } from './roster.ts';
import type { Service } from './service.ts';
import type { MasterPhase } from './snapshot.ts';
import { queueProportional, type SpawnPolicy } from './spawn-policy.ts';
import type { MasterSpec } from './spec.ts';
import { createStartCap, type StartCap } from './start-cap.ts';
import { Timers } from './timers.ts';
import type { Worker } from './worker.ts';

/** The world of the plane as the core sees it. Called in the turn; must not block. */
export interface Outlet {
  /** Commands that have arrived since the last call. */
  takeCommands(): readonly Command[];
  /** What has happened in this turn; `slotsUsed` is how much of the board is in use. */
  publish(output: {
    readonly board: Float64Array;
    readonly slotsUsed: number;
    readonly facts: readonly Fact[];
    readonly replies: readonly Reply[];
  }): void;
}

export interface MasterOptions {
  readonly masterPid: number;
  /** NAME -> value, as children inherit it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly quiet: readonly FactKind[];
  /** Numbers (core/pulse.ts) that somebody else reads at any time. */
  readonly pulse?: Float64Array;
  readonly policy?: SpawnPolicy;
  /** Another estimate of `released`, one for each service. */
  readonly completions?: () => CompletionRate;
}

/** Boot goes entry by entry: START jobs, waiting daemons, then everything else. */
export type Boot =
  | { readonly kind: 'jobs'; next: number; running: Job | undefined }
  | { readonly kind: 'daemons'; next: number; running: Service | undefined }
  | { readonly kind: 'done' };

export interface Shutdown {
  readonly reason: string;
  readonly startedAt: number;
  /** Everything that still runs then is killed. */
  deadline: number;
  stage: 'workers' | 'daemons' | 'left-behind' | 'done';
  exitCode: number;
  readonly replyTo: number | undefined;
}

export interface Master {
  readonly os: Os;
  readonly outlet: Outlet;
  readonly options: MasterOptions;
  readonly policy: SpawnPolicy;
  spec: MasterSpec;
  phase: MasterPhase;
  boot: Boot;
  shutdown: Shutdown | undefined;
  readonly services: Service[];
  readonly jobs: Job[];
  readonly roster: Roster;
  /** What START jobs have left running. */
  readonly leftBehind: LeftBehind[];
  /** What children of an entry inherit, by its specification. */
  readonly environments: WeakMap<object, readonly string[]>;
  readonly timers: Timers;
  startCap: StartCap;
  /** Workers starting now over all services: counted anew in every spawn stage, and one more per spawn in it. */
  starting: number;
  readonly board: Float64Array;
  readonly view: Float64Array;
  readonly pulse: Float64Array;
  readonly freeSlots: number[];
  slotsUsed: number;
  quiet: ReadonlySet<FactKind>;
  facts: Fact[];
  replies: Reply[];
  /** Monotonic ms at the start of the turn's work, taken once per turn. */
  now: number;
  readonly startedAt: number;
  /** What this turn's epoll said, by kind, and whether that was all; filled by the messages stage. */
  readonly pending: { exits: Worker[]; complete: boolean };
  /** What the last poll said: which fds are readable, and whether all others are known not to be. */
  polled: { readable: readonly Fd[]; complete: boolean };
  /** Interruptions of poll that are not told yet, and when trouble was told last (monotonic ms). */
  readonly pollTrouble: { times: number; gaveUp: number; toldAt: number; failureToldAt: number };
  /** The next poll: which fds, until when. */
  interest: { fds: Fd[]; deadline: number };
  /** CLOCK_REALTIME at the last look at the schedule: a large step back is a correction. */
  lastWallMs: number;
  /** Self-audit: when the next slice is due (monotonic ms), and where it begins. */
  auditAt: number;
  auditWalk: Iterator<Worker> | undefined;
}

export function createMaster(os: Os, spec: MasterSpec, outlet: Outlet, options: MasterOptions): Master {
  const board = new Float64Array(BOARD_LENGTH);
  const now = os.now();
  return {
    os,
    outlet,
    options,
    policy: options.policy ?? queueProportional,
    spec,
    phase: 'starting',
    boot: { kind: 'jobs', next: 0, running: undefined },
    shutdown: undefined,
    services: [],
    jobs: [],
    roster: new Roster(),
    leftBehind: [],
    environments: new WeakMap(),
    timers: new Timers(),
    startCap: createStartCap(spec.startCap.initial, spec.startCap.most),
    board,
    view: masterView(board),
    pulse: options.pulse ?? new Float64Array(PULSE_LENGTH),
    freeSlots: Array.from({ length: SLOTS_MAX }, (_, index) => SLOTS_MAX - 1 - index),
    slotsUsed: 0,
    starting: 0,
    quiet: new Set(options.quiet),
    facts: [],
    replies: [],
    now,
    startedAt: now,
    pending: { exits: [], complete: false },
    polled: { readable: [], complete: false },
    pollTrouble: {
      times: 0,
      gaveUp: 0,
      toldAt: Number.NEGATIVE_INFINITY,
      failureToldAt: Number.NEGATIVE_INFINITY,
    },
    interest: { fds: [os.wakeFd, os.epollFd], deadline: now },
    lastWallMs: os.wallClock(),
    auditAt: now,
    auditWalk: undefined,
  };
}

/** Tells a fact to the plane at the end of this turn, unless nobody would read it. */
export function tell(master: Master, fact: FactToTell): void {
  if (!master.quiet.has(fact.kind)) master.facts.push({ ...fact, at: master.os.wallClock() });
}

/** Counts on the master's part of the board. */
export function count(master: Master, field: keyof typeof MASTER_FIELD, amount = 1): void {
  const position = MASTER_FIELD[field];
  master.view[position] = (master.view[position] ?? 0) + amount;
}
