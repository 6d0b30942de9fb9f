// Does a turn cost more when there are more services? Masters on the real port with 1, 10, 100 and 500 services, each
// with one sleeping worker and its listener in the poll set, are measured turn about in one process: a turn that is only
// woken. Then how often each is woken by itself in a while, and, in a process of its own for each size, the memory that
// services take. Prints JSON.

import { spawnSync } from 'node:child_process';
import { turn } from '../../src/core/supervisor.ts';
import {
  type CoreMaster,
  endCore,
  inRunDirectory,
  type Memory,
  memoryNow,
  startCore,
  timed,
  wake,
} from '../lib/core-master.ts';
import { type Machine, type Spread, spread, watchMachine } from '../lib/statistics.ts';

const SIZES = [1, 10, 100, 500] as const;
const ROUNDS = 300;
const REST_MS = 5_000;
/** What settles after a start is over. */
const SETTLE_MS = 1_000;

export interface ServicesResult {
  readonly name: 'services';
  readonly machine: Machine;
  readonly rows: readonly {
    readonly services: number;
    readonly watched: number;
    readonly wakeUs: Spread;
    readonly turnsPerSecond: number;
    readonly grownBy: Memory;
  }[];
  /** A service with its one worker. */
  readonly perService: Memory & { readonly wakeUs: number };
}

function startSide(services: number, runDirectory: string): CoreMaster {
  return startCore({ runDirectory, services, workersEach: 1, room: 1, descriptorsPerWorker: 4 });
}

/** Run as a process of its own: `services.js --alone SIZE`. */
function measureAlone(size: number): void {
  const before = memoryNow();
  const core = inRunDirectory((runDirectory) => startSide(size, runDirectory));
  const after = memoryNow();
  endCore(core);
  const grownBy: Memory = {
    heapBytes: after.heapBytes - before.heapBytes,
    rssBytes: after.rssBytes - before.rssBytes,
  };
  process.stdout.write(JSON.stringify(grownBy));
}

function alone(size: number): Memory {
  const words = [...process.execArgv, process.argv[1] ?? '', '--alone', String(size)];
  const run = spawnSync(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(run.stdout.toString()) as Memory;
}

function turnsPerSecond({ master }: CoreMaster): number {
  const settledAt = performance.now() + SETTLE_MS;
  while (performance.now() < settledAt) turn(master);
  const began = performance.now();
  let turns = 0;
  while (performance.now() < began + REST_MS) {
    turn(master);
    turns += 1;
  }
  return turns / ((performance.now() - began) / 1_000);
}

function measureTogether(runDirectory: string) {
  const sides = SIZES.map((size) => startSide(size, runDirectory));
  const us = sides.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, side] of sides.entries()) {
      wake(side);
      us[index]?.push(timed(() => turn(side.master)));
    }
  }
  const rows = sides.map((side, index) => ({
    services: SIZES[index] ?? 0,
    watched: side.master.interest.fds.length,
    wakeUs: spread(us[index] ?? []),
    turnsPerSecond: turnsPerSecond(side),
  }));
  for (const side of sides) endCore(side);
  return rows;
}

function compare(): void {
  const machine = watchMachine();
  const rows = inRunDirectory(measureTogether).map((row) => ({ ...row, grownBy: alone(row.services) }));
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) throw new Error('there are no sizes');
  const more = last.services - first.services;
  const result: ServicesResult = {
    name: 'services',
    machine: machine(),
    rows,
    perService: {
      heapBytes: (last.grownBy.heapBytes - first.grownBy.heapBytes) / more,
      rssBytes: (last.grownBy.rssBytes - first.grownBy.rssBytes) / more,
      wakeUs: (last.wakeUs.median - first.wakeUs.median) / more,
    },
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

const word = process.argv.indexOf('--alone');
if (word > 0) measureAlone(Number(process.argv[word + 1]));
else compare();
