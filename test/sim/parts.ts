// The part of one unit: what its processes have in common whatever their behaviour (how long they take to come up, to
// answer, to run), and which faults they can have. Drawn from the unit's own stream. Called by cast.ts.

import type { Entropy } from '../../src/lib/entropy.ts';
import type { Program } from '../../src/os/sim/program.ts';
import {
  type Behaviour,
  behavioursOf,
  DAEMON_BEHAVIOURS,
  type DaemonBehaviour,
  daemonProgram,
  JOB_BEHAVIOURS,
  type JobBehaviour,
  jobProgram,
  type WorkerOptions,
  workerProgram,
} from '../../src/os/sim/programs/index.ts';
import { DAEMON_PREFIX, JOB_PREFIX, WELL_BEHAVED } from './faults.ts';
import type { RunContext } from './run-context.ts';
import type { ProgramKind } from './units.ts';

export interface Part {
  readonly kind: ProgramKind;
  /** The enabled faults that it can have. */
  readonly faults: readonly string[];
  /** How much likelier its faults are than those of a worker: there are few daemons and jobs, and all must be seen. */
  readonly proneness: number;
  /** Draws are those of one process. */
  program(fault: string, draws: Entropy): Program;
}

/** Start-up and work times are drawn evenly over orders of magnitude: most are short. */
const STARTUP_DECADES = [0.5, 2.9] as const;
const WORK_DECADES = [0, 2.5] as const;
const RUN_DECADES = [1, 4] as const;
const START_RUN_DECADES = [1, 3] as const;
/** One process differs from the next by so much at most. */
const SPREAD = 1.5;
const PRONENESS_OF_THE_FEW = 15;
const MISCHIEF_MEAN_MS = 4_000;
const MISCHIEF_CLIENTS_MOST = 5;

export function partOf(context: RunContext, kind: ProgramKind, unit: string): Part {
  const draws = context.swarm.entropy.stream(`parts/${unit}`);
  if (kind === 'daemon' || kind === 'waiting-daemon') return daemonPart(context, kind, draws);
  if (kind === 'event' || kind === 'start') return jobPart(context, kind, draws);
  return workerPart(context, kind, draws);
}

function workerPart(context: RunContext, protocol: WorkerOptions['protocol'], draws: Entropy): Part {
  const startupMs = magnitude(draws, STARTUP_DECADES);
  const workMs = magnitude(draws, WORK_DECADES);
  const announces = draws.chance(0.7);
  const idleTimeoutMs = draws.chance(0.2) ? draws.integer(2, 60) * 1000 : Number.POSITIVE_INFINITY;
  const usesMost = draws.chance(0.2) ? draws.integer(1, 100) : Number.POSITIVE_INFINITY;
  return {
    kind: protocol,
    faults: enabled(context, behavioursOf(protocol), ''),
    proneness: 1,
    program: (fault, own) =>
      workerProgram({
        ...{ protocol, announces, idleTimeoutMs, usesMost, workMs, healed: context.healed },
        startupMs: spread(own, startupMs),
        behaviour: fault as Behaviour,
        misbehavesAfterMs: own.chance(0.5) ? 0 : own.exponential(MISCHIEF_MEAN_MS),
        misbehavesAfterClients: own.chance(0.5) ? 0 : own.integer(1, MISCHIEF_CLIENTS_MOST),
      }),
  };
}

function daemonPart(context: RunContext, kind: ProgramKind, draws: Entropy): Part {
  const startupMs = magnitude(draws, STARTUP_DECADES);
  const waits = kind === 'waiting-daemon';
  const ill = !waits || draws.chance(ILL_AT_BOOT);
  return {
    kind,
    faults: ill ? enabled(context, Object.keys(DAEMON_BEHAVIOURS), DAEMON_PREFIX) : [],
    proneness: PRONENESS_OF_THE_FEW,
    program: (fault, own) =>
      daemonProgram({
        waits,
        startupMs: spread(own, startupMs),
        behaviour: bare(fault, DAEMON_PREFIX) as DaemonBehaviour,
        misbehavesAfterMs: own.exponential(MISCHIEF_MEAN_MS),
        healed: context.healed,
      }),
  };
}

/** A START job or a waiting daemon that fails ends the master: too many of them would leave little to see. */
const ILL_AT_BOOT = 0.2;

function jobPart(context: RunContext, kind: ProgramKind, draws: Entropy): Part {
  const runMs = magnitude(draws, kind === 'event' ? RUN_DECADES : START_RUN_DECADES);
  const ill = kind === 'event' || draws.chance(ILL_AT_BOOT);
  return {
    kind,
    faults: ill ? enabled(context, Object.keys(JOB_BEHAVIOURS), JOB_PREFIX) : [],
    proneness: PRONENESS_OF_THE_FEW,
    program: (fault, own) =>
      jobProgram({
        runMs: spread(own, runMs),
        behaviour: bare(fault, JOB_PREFIX) as JobBehaviour,
        healed: context.healed,
      }),
  };
}

function enabled({ swarm }: RunContext, names: readonly string[], prefix: string): readonly string[] {
  return names
    .filter((name) => name !== WELL_BEHAVED)
    .map((name) => prefix + name)
    .filter((fault) => swarm.weight(fault) > 0);
}

function bare(fault: string, prefix: string): string {
  return fault.startsWith(prefix) ? fault.slice(prefix.length) : fault;
}

function magnitude(draws: Entropy, decades: readonly [number, number]): number {
  return 10 ** draws.between(...decades);
}

function spread(draws: Entropy, middle: number): number {
  return draws.between(middle / SPREAD, middle * SPREAD);
}
