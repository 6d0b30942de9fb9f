// One storm: the watcher first, for counters need a value before; then trouble; then the load, every arrival at its
// planned moment; at the end all of it in the opposite order. Resolves with what was measured, also when it was ended in
// the middle. Called by index.ts with everything checked.

import { entropy } from '../../src/lib/entropy.ts';
import { err, ok, type Result } from '../../src/lib/result.ts';
import { waitMs } from './load/comeback.ts';
import { createDialer, type Dialer } from './load/dialer.ts';
import { type Arrival, type Launcher, startLauncher } from './load/launcher.ts';
import { COMES_BACK } from './load/outcome.ts';
import type { Plan } from './load/plan.ts';
import { type Results, Tally } from './load/results.ts';
import { Visit } from './load/visit.ts';
import type { Visited } from './load/visited.ts';
import { warmUp } from './load/warm-up.ts';
import type { StormOptions } from './options/options.ts';
import type { Address } from './options/target.ts';
import { startTrouble, stopTrouble } from './trouble/start.ts';
import type { Maker, Mark, TroubleReport } from './trouble/trouble.ts';
import type { Master } from './watch/find-master.ts';
import { startWatcher, type Timeline } from './watch/watcher.ts';

export interface StormInput {
  readonly options: StormOptions;
  readonly address: Address;
  readonly plan: Plan;
  readonly master: Master | undefined;
  /** Ends the storm at once. */
  readonly abort: AbortSignal;
  /** Told once, when the load begins: what can be looked at while it runs. */
  began(live: Live): void;
}

export interface Live {
  readonly results: Results;
  /** Arrivals that have not begun. */
  waiting(): number;
}

export interface Measured {
  readonly results: Results;
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly trouble: readonly TroubleReport[];
  /** Wall clock. */
  readonly began: Date;
  /** performance.now() when the first client arrived. */
  readonly beganAt: number;
  readonly ms: number;
  readonly interrupted: boolean;
  /** Source addresses that were needed. */
  readonly sources: number;
  /** Of one processor. */
  readonly generatorCpu: number;
}

export async function runStorm(input: StormInput): Promise<Result<Measured, string>> {
  const { options, address, master, abort } = input;
  const tally = new Tally();
  await warmUp();
  const watcher = await startWatcher({ master, everyMs: options.sampleMs, load: () => loadFigures(tally) });
  const marks: Mark[] = [];
  const makers = await troubleFor(options, master, (what, text) => {
    marks.push({ atMs: performance.now(), what, text });
  });
  if (!makers.ok) {
    await watcher.stop(0);
    return makers;
  }
  const began = new Date();
  const beganAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const dialer = createDialer(address);
  await load(input, tally, dialer, beganAt);
  const ms = performance.now() - beganAt;
  const cpu = process.cpuUsage(cpuBefore);
  await stopTrouble(makers.value);
  return ok({
    results: tally,
    timeline: await watcher.stop(beganAt),
    marks: marks.map((mark) => ({ ...mark, atMs: mark.atMs - beganAt })),
    trouble: makers.value.map((maker) => maker.report()),
    began,
    beganAt,
    ms,
    interrupted: abort.aborted,
    sources: dialer.sources(),
    generatorCpu: (cpu.user + cpu.system) / 1_000 / ms,
  });
}

async function troubleFor(
  { trouble, seed }: StormOptions,
  master: Master | undefined,
  tell: (what: Mark['what'], text: string) => void,
): Promise<Result<readonly Maker[], string>> {
  if (Object.keys(trouble).length === 0) return ok([]);
  if (master?.pid === undefined) {
    return err('--signals, --kill, --reload and --stop-cont need a master: say --socket, --config or --pid');
  }
  return startTrouble(trouble, { ...master, pid: master.pid }, entropy(seed).stream('kill'), tell);
}

/** Resolves when nobody is there any more and nobody will come. */
function load(
  { options, plan, abort, began }: StormInput,
  tally: Tally,
  dialer: Dialer,
  beganAt: number,
): Promise<void> {
  return new Promise((resolve) => {
    const visits = new Set<Visit>();
    /** Of clients that have come back: when they were first planned. */
    const firstPlanned = new Map<number, number>();
    const endIfOver = () => {
      if (tally.open === 0 && launcher.waiting() === 0) resolve();
    };
    const ended = (visit: Visit, visited: Visited) => {
      visits.delete(visit);
      const { client, plannedAt } = visited;
      const first = firstPlanned.get(client) ?? plannedAt;
      const next = abort.aborted ? undefined : comebackOf(visited, options, plan);
      tally.end(visited, first, next === undefined);
      if (next === undefined) firstPlanned.delete(client);
      else {
        firstPlanned.set(client, first);
        launcher.comeBack(next);
      }
      endIfOver();
    };
    const start = ({ client, attempt, plannedAt }: Arrival) => {
      tally.begin(attempt);
      const session = plan.sessionOf(client);
      const thinking = session.kind === 'think' ? plan.chancesOf(client, 'think') : undefined;
      const visit: Visit = new Visit({
        ...{ client, attempt, plannedAt, session, dialer },
        script: options.protocol.scriptFor(client),
        goodByeAfterHold: options.protocol.goodByeAfterHold,
        patienceMs: options.patienceMs,
        thinkMs: () => (session.kind === 'think' ? (thinking?.exponential(session.ms) ?? 0) : 0),
        greeted: () => tally.greet(),
        ended: (visited) => ended(visit, visited),
      });
      visits.add(visit);
    };
    const launcher: Launcher = startLauncher({ times: plan.times, beganAt, start });
    const stop = () => {
      launcher.stop();
      for (const visit of visits) visit.abort();
      endIfOver();
    };
    began({ results: tally, waiting: launcher.waiting });
    if (abort.aborted) stop();
    else abort.addEventListener('abort', stop, { once: true });
  });
}

function comebackOf(
  { client, attempt, outcome, endedAt }: Visited,
  { comeback }: StormOptions,
  plan: Plan,
): Arrival | undefined {
  if (comeback === undefined || !COMES_BACK.has(outcome)) return undefined;
  const wait = waitMs(comeback, attempt, plan.chancesOf(client, 'comeback').stream(`${attempt}`));
  return wait === undefined ? undefined : { client, attempt: attempt + 1, plannedAt: endedAt + wait };
}

function loadFigures(tally: Tally) {
  const { started, open, greeted, failed } = tally;
  return { arrived: started, open, greeted, failed };
}
