// The machine of a simulated run: sizes that are large or small for the whole run, what calls cost, and where on the
// calendar it begins. Faults that come and go are in world-faults.ts. Called by run.ts.

import type { SimOptions } from '../../src/os/sim/options.ts';
import type { WorldFault } from './faults.ts';
import type { RunContext } from './run-context.ts';
import type { Scenario } from './scenario.ts';

export type Machine = Pick<
  SimOptions,
  | 'interruptions'
  | 'startWallMs'
  | 'timezone'
  | 'somaxconn'
  | 'pidMost'
  | 'pipeBytes'
  | 'callMs'
  | 'spawnMs'
  | 'execMs'
>;

const TIMEZONE = 'Europe/Berlin';
const MINUTE_MS = 60_000;
/** A Wednesday at noon. */
const CALM_WALL_MS = Date.UTC(2025, 4, 14, 10, 0, 0);
/** 01:00 UTC on the last Sundays of March and October 2025: from 2:00 to 3:00, and from 3:00 back to 2:00. */
const CLOCK_CHANGES = [Date.UTC(2025, 2, 30, 1), Date.UTC(2025, 9, 26, 1)] as const;

/** More than the limits of any scenario ask for at once, and few enough to come back within a run. */
const PIDS_FEW = 600;
const PIDS_MANY = 32_768;
const PIPE_BYTES = 65_536;
/** The smallest pipe of Linux: one page. */
const PIPE_BYTES_SMALL = 4_096;
const BACKLOG_MANY = 4_096;
const BACKLOG_FEW_MOST = 8;

const CALL_MOST_MS = 0.02;
const SPAWN_MOST_MS = 2;
const SPAWN_SLOW_MOST_MS = 100;
const EXEC_MOST_MS = 10;
const EXEC_SLOW_MOST_MS = 1_000;

export function createMachine(context: RunContext, scenario: Scenario): Machine {
  const calls = context.swarm.entropy.stream('costs/call');
  const on = (fault: WorldFault): boolean => {
    if (context.swarm.weight(fault) === 0) return false;
    context.saw(fault);
    return true;
  };
  return {
    interruptions: on('solaris') ? 'solaris' : 'linux',
    startWallMs: on('daylight-saving') ? beforeTheChange(context, scenario) : CALM_WALL_MS,
    timezone: TIMEZONE,
    somaxconn: on('small-backlog')
      ? context.swarm.draws('small-backlog').integer(1, BACKLOG_FEW_MOST)
      : BACKLOG_MANY,
    pidMost: on('pid-reuse') ? PIDS_FEW : PIDS_MANY,
    pipeBytes: on('small-pipes') ? PIPE_BYTES_SMALL : PIPE_BYTES,
    callMs: () => calls.between(0, CALL_MOST_MS),
    spawnMs: cost(context, 'slow-spawn', SPAWN_MOST_MS, SPAWN_SLOW_MOST_MS),
    execMs: cost(context, 'slow-exec', EXEC_MOST_MS, EXEC_SLOW_MOST_MS),
  };
}

/** The clocks change in the middle of the faults, or a while after. */
function beforeTheChange(context: RunContext, { faultsMs }: Scenario): number {
  const draws = context.swarm.draws('daylight-saving');
  return draws.pick(CLOCK_CHANGES) - draws.between(0, faultsMs + MINUTE_MS);
}

/** A little; and, while its fault goes on, now and then very much. */
function cost(context: RunContext, fault: WorldFault, usualMost: number, slowMost: number): () => number {
  const { swarm, healed } = context;
  const usual = swarm.entropy.stream(`costs/${fault}`);
  const slow = swarm.draws(fault);
  const weight = swarm.weight(fault);
  return () => {
    const usualMs = usual.between(0, usualMost);
    if (weight === 0 || healed() || !slow.chance(weight)) return usualMs;
    context.saw(fault);
    return slow.between(usualMost, slowMost);
  };
}
