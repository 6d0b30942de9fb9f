// Does a turn cost more when more workers live? Three masters on the real port, with 10, 1,000 and 10,000 sleeping
// workers, are measured turn about in one process: a turn that is only woken. Then, in a process of its own for each
// size, one worker's end with its replacement (retire, exit, refill), where the kernel's work on the descriptor table
// counts (see descriptors.ts); and the memory that the workers' records take. Prints JSON.

import { spawnSync } from 'node:child_process';
import { turn } from '../../src/core/supervisor.ts';
import {
  type CoreMaster,
  descriptorsPerWorker,
  endCore,
  inRunDirectory,
  type Memory,
  memoryNow,
  settled,
  startCore,
  timed,
  wake,
} from '../lib/core-master.ts';
import { type Machine, type Spread, spread, watchMachine } from '../lib/statistics.ts';

const SIZES = [10, 1_000, 10_000] as const;
const ROUNDS = 300;
const REPLACEMENTS = 15;
const WORKERS = SIZES.reduce((sum, size) => sum + size, 0);
const LOOK_MS = 100;

export interface TurnResult {
  readonly name: 'turn';
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly descriptorsPerWorker: number;
  readonly perWorker: Memory;
  readonly wakeRatio: number;
  readonly replaceRatio: number;
}

interface Row extends Alone {
  readonly workers: number;
  readonly wakeUs: Spread;
}

/** Measured in a process of its own. */
interface Alone {
  readonly replaceUs: Spread;
  /** More than before the first worker was started. */
  readonly grownBy: Memory;
}

function startSide(size: number, runDirectory: string): CoreMaster {
  const perWorker = descriptorsPerWorker(WORKERS);
  return startCore({
    runDirectory,
    services: 1,
    workersEach: size,
    room: 0,
    descriptorsPerWorker: perWorker,
  });
}

/** The time is that of the turns' work: waiting for the process to end is not the master's. */
function replacementUs(core: CoreMaster, size: number): number {
  const { master, commands } = core;
  const oldest = master.services[0]?.workers.ready.values().next().value;
  if (!oldest) throw new Error('nobody is ready');
  commands.push({ kind: 'retire', id: 0, serial: oldest.serial, why: 'bench' });
  wake(core);
  let us = timed(() => turn(master));
  while (master.roster.get(oldest.serial)) {
    master.os.poll([master.os.epollFd], LOOK_MS);
    us += timed(() => turn(master));
  }
  // The replacement is presumed up between the measurements.
  while (!settled(core, size)) turn(master);
  return us;
}

/** Run as a process of its own: `turn.js --alone SIZE`. */
function measureAlone(size: number): void {
  const before = memoryNow();
  const core = inRunDirectory((runDirectory) => startSide(size, runDirectory));
  const after = memoryNow();
  const replaceUs = spread(Array.from({ length: REPLACEMENTS }, () => replacementUs(core, size)));
  endCore(core);
  const grownBy = {
    heapBytes: after.heapBytes - before.heapBytes,
    rssBytes: after.rssBytes - before.rssBytes,
  };
  process.stdout.write(JSON.stringify({ replaceUs, grownBy } satisfies Alone));
}

function alone(size: number): Alone {
  const words = [...process.execArgv, process.argv[1] ?? '', '--alone', String(size)];
  const run = spawnSync(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(run.stdout.toString()) as Alone;
}

function wokenTurns(): readonly Spread[] {
  const sides = inRunDirectory((runDirectory) => SIZES.map((size) => startSide(size, runDirectory)));
  const us = sides.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, side] of sides.entries()) {
      wake(side);
      us[index]?.push(timed(() => turn(side.master)));
    }
  }
  for (const side of sides) endCore(side);
  return us.map(spread);
}

function compare(): void {
  const machine = watchMachine();
  const woken = wokenTurns();
  const rows = SIZES.map((workers, index) => ({
    workers,
    wakeUs: woken[index] as Spread,
    ...alone(workers),
  }));
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) throw new Error('there are no sizes');
  const more = last.workers - first.workers;
  const result: TurnResult = {
    name: 'turn',
    machine: machine(),
    rows,
    descriptorsPerWorker: descriptorsPerWorker(WORKERS),
    perWorker: {
      heapBytes: (last.grownBy.heapBytes - first.grownBy.heapBytes) / more,
      rssBytes: (last.grownBy.rssBytes - first.grownBy.rssBytes) / more,
    },
    wakeRatio: last.wakeUs.median / first.wakeUs.median,
    replaceRatio: last.replaceUs.median / first.replaceUs.median,
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

const word = process.argv.indexOf('--alone');
if (word > 0) measureAlone(Number(process.argv[word + 1]));
else compare();
