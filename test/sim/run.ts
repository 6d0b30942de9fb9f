// ONE RUN of the simulator: the unmodified core on a simulated kernel, from a seed. Faults first; then the world heals
// and liveness is demanded; then a stop, after which nothing may be left. The same options give the same run, call by
// call. Judges nothing itself but that a run ends: what is wrong is thrown, by the oracle, the core or the kernel.

import { createMaster, type Master } from '../../src/core/master.ts';
import { begin, turn } from '../../src/core/supervisor.ts';
import { Contradiction } from '../../src/lib/assert.ts';
import { Unbounded } from '../../src/os/sim/options.ts';
import { Violation } from './oracle/violation.ts';
import { Simulation } from './simulation.ts';

export interface RunOptions {
  readonly seed: number;
  /** The faults end after so many turns, if not earlier. */
  readonly turnsMost?: number;
  /** Faults that are switched off, by name. */
  readonly without?: readonly string[];
  readonly trace?: (line: string) => void;
}

export interface Failure {
  /** Of the oracle, or: contradiction, unbounded, too-many-turns, never-healed, ended-unasked, error. */
  readonly rule: string;
  readonly says: string;
  readonly turn: number;
  /** Virtual time, as the trace shows it. */
  readonly atMs: number;
}

export interface RunOutcome {
  readonly seed: number;
  readonly turns: number;
  readonly virtualMs: number;
  /** How often each was seen. */
  readonly faults: Readonly<Record<string, number>>;
  readonly failure?: Failure;
}

const TURNS_MOST = 200_000;
/** From the end of the faults until the administrator has put everything in order. */
const HEAL_MOST_MS = 60_000;
/** How long the world is well before the stop. */
const REST_MS = 60_000;

export function runSeed(options: RunOptions): RunOutcome {
  const run = new Simulation(options);
  const failure = attempt(run, options);
  const { seed } = options;
  const faults = run.seen();
  const virtualMs = run.kernel.now();
  return { seed, turns: run.turns, virtualMs, faults, ...(failure && { failure }) };
}

function attempt(run: Simulation, options: RunOptions): Failure | undefined {
  try {
    live(run, options);
    return undefined;
  } catch (error) {
    const failure = { ...failureOf(error), turn: run.turns, atMs: run.kernel.now() };
    run.trace?.(`FAILED: ${failure.rule}: ${failure.says}`);
    return failure;
  }
}

/** Trouble that is not of the oracle's finding has a rule of the runner's. */
class Wrong extends Error {
  readonly rule: string;
  constructor(rule: string, says: string) {
    super(says);
    this.rule = rule;
  }
}

function failureOf(error: unknown): Pick<Failure, 'rule' | 'says'> {
  if (error instanceof Violation || error instanceof Wrong) return { rule: error.rule, says: error.message };
  if (error instanceof Unbounded) return { rule: 'unbounded', says: error.message };
  if (error instanceof Contradiction) {
    const { message, details } = error;
    return { rule: 'contradiction', says: `${message} ${JSON.stringify(details)}` };
  }
  return { rule: 'error', says: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function live(run: Simulation, options: RunOptions): void {
  const { kernel, oracle } = run;
  const master = createMaster(run.port, run.scenario.spec, run.plane.outlet, {
    masterPid: 1,
    environment: { PATH: '/bin' },
    quiet: [],
  });
  begin(master);
  run.begin();
  for (let going = true; going; ) {
    kernel.turnBegins();
    run.turns += 1;
    going = turn(master);
    oracle.afterTurn(master);
    if (going) advance(run, options, master);
  }
  mayHaveEnded(run, master);
  oracle.finished(master);
}

/** What the phases of the run ask for after a turn. */
function advance(
  run: Simulation,
  { turnsMost = Number.POSITIVE_INFINITY }: RunOptions,
  master: Master,
): void {
  if (run.turns >= TURNS_MOST)
    throw new Wrong('too-many-turns', `the run has not ended after ${run.turns} turns`);
  if (master.phase === 'running') run.masterIsUp();
  // A START job or a waiting daemon has failed: the master is on its way out, and nobody can heal it.
  if (master.shutdown && run.phase.kind !== 'stopping') return;
  const spentMs = run.kernel.now() - run.phase.sinceMs;
  const { faultsMs, stopsInTrouble } = run.scenario;
  if (run.phase.kind === 'faults' && (spentMs >= faultsMs || run.turns >= turnsMost)) {
    if (stopsInTrouble) run.stop();
    else run.heal();
  } else if (run.phase.kind === 'healing' && spentMs >= HEAL_MOST_MS)
    throw new Wrong(
      'never-healed',
      `a reload is still not accepted ${Math.round(spentMs)} ms after all faults`,
    );
  else if (run.phase.kind === 'healed' && spentMs >= REST_MS) run.stop();
}

/** With these a master ends whose START, or a daemon that it waits for, has failed. */
const START_FAILED: ReadonlySet<number | undefined> = new Set([1, 78]);

function mayHaveEnded({ phase }: Simulation, { shutdown }: Master): void {
  if (phase.kind === 'stopping' || START_FAILED.has(shutdown?.exitCode)) return;
  throw new Wrong('ended-unasked', `the master has ended by itself: ${shutdown?.reason}`);
}
