// Does a turn cost more when more workers live? Three masters on the real port, with 10, 1,000 and 10,000 sleeping
// workers, are measured turn about in one process: a turn that is only woken. Then, in a process of its own for each
// size, one worker's end with its replacement (retire, exit, refill): there the kernel's copy of the descriptor
// table in fork counts, which grows with the descriptors of the process. Also the memory of a worker's record.
// Where the limit of descriptors is too low for four per worker, the sleepers close their channel and outputs, so
// that the master keeps their pidfd only; the result says so.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../src/core/commands.ts';
import { createMaster, type Master } from '../../src/core/master.ts';
import type { MasterSpec, ServiceSpec } from '../../src/core/spec.ts';
import { begin, turn } from '../../src/core/supervisor.ts';
import { createLinuxOs } from '../../src/os/linux/index.ts';
import { type Machine, type Spread, spread, watchMachine } from '../lib/statistics.ts';

const SIZES = [10, 1_000, 10_000] as const;
const ROUNDS = 300;
const REPLACEMENTS = 15;
const WORKERS = SIZES.reduce((sum, size) => sum + size, 0);
/** pidfd, channel, stdout and stderr of each, and some. */
const DESCRIPTORS_WANTED = WORKERS * 4 + 1_000;
const DESCRIPTORS_MAX = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
const PIDFD_ONLY = DESCRIPTORS_MAX < DESCRIPTORS_WANTED;
const SLEEP = `exec /bin/sleep 100000${PIDFD_ONLY ? ' >/dev/null 2>&1 3>&-' : ''}`;
const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);

export interface TurnResult {
  readonly name: 'turn';
  readonly machine: Machine;
  readonly rows: readonly { readonly workers: number; readonly wakeUs: Spread; readonly replaceUs: Spread }[];
  readonly descriptorsPerWorker: number;
  readonly heapPerWorkerBytes: number;
  readonly wakeRatio: number;
  readonly replaceRatio: number;
}

interface Side {
  readonly size: number;
  readonly master: Master;
  readonly commands: Command[];
  readonly wakeUs: number[];
  readonly replaceUs: number[];
}

function serviceSpec(size: number): ServiceSpec {
  const argv = ['/bin/sh', '-c', SLEEP];
  return {
    name: `sleepers${size}`,
    index: 0,
    line: 1,
    protocol: 'cyrus',
    listen: '127.0.0.1:0',
    proto: 'tcp',
    address: { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 },
    command: { text: argv.join(' '), path: '/bin/sh', program: '/bin/sh', argv, environment: {} },
    prefork: size,
    maxchild: size,
    maxforkrate: Number.POSITIVE_INFINITY,
    babysit: false,
    backlog: 128,
    clientlimit: 1,
    startlimitMs: 30_000,
    stoplimitMs: 30_000,
    idlekillMs: 0,
    maxuse: 0,
    maxrssBytes: 0,
    watchdogMs: 0,
    failureRule: 'breaker',
  };
}

function startSide(size: number, runDirectory: string): Side {
  const spec: MasterSpec = {
    file: 'bench',
    start: [],
    services: [serviceSpec(size)],
    events: [],
    daemons: [],
    shutdownlimitMs: 60_000,
    startCap: { initial: 2 * size, most: 2 * size },
  };
  const commands: Command[] = [];
  const outlet = { takeCommands: () => commands.splice(0), publish: () => {} };
  const os = createLinuxOs({ runDirectory, listenFds: { count: 0, names: [] } });
  const master = createMaster(os, spec, outlet, {
    masterPid: process.pid,
    environment: { PATH: '/usr/bin:/bin' },
    quiet: [],
  });
  begin(master);
  while (!settled(master, size)) turn(master);
  return { size, master, commands, wakeUs: [], replaceUs: [] };
}

function settled(master: Master, size: number): boolean {
  return master.services[0]?.workers.ready.size === size;
}

function timed(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) * 1_000;
}

function measureWake(side: Side): void {
  writeSync(side.master.os.wakeFd, WAKE);
  side.wakeUs.push(timed(() => turn(side.master)));
}

/** The time is that of the turns' work: waiting for the process to end is not the master's. */
function measureReplacement(side: Side): void {
  const { master, commands, size } = side;
  const oldest = master.services[0]?.workers.ready.values().next().value;
  if (!oldest) throw new Error('nobody is ready');
  commands.push({ kind: 'retire', id: 0, serial: oldest.serial, why: 'bench' });
  writeSync(master.os.wakeFd, WAKE);
  let us = timed(() => turn(master));
  while (master.roster.get(oldest.serial)) {
    master.os.poll([master.os.epollFd], 100);
    us += timed(() => turn(master));
  }
  side.replaceUs.push(us);
  // The replacement is presumed up between the measurements.
  while (!settled(master, size)) turn(master);
}

function end(side: Side): void {
  side.commands.push({ kind: 'shutdown', id: 1, reason: 'bench', force: true });
  writeSync(side.master.os.wakeFd, WAKE);
  while (turn(side.master));
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function inRunDirectory<T>(work: (runDirectory: string) => T): T {
  const runDirectory = mkdtempSync(join(tmpdir(), 'preforkd-bench-'));
  try {
    return work(runDirectory);
  } finally {
    rmSync(runDirectory, { recursive: true, force: true });
  }
}

/** Run as a process of its own: `turn.js --replace SIZE`. */
function replaceAlone(size: number): void {
  const side = inRunDirectory((runDirectory) => startSide(size, runDirectory));
  for (let round = 0; round < REPLACEMENTS; round += 1) measureReplacement(side);
  end(side);
  process.stdout.write(JSON.stringify(spread(side.replaceUs)));
}

function replacement(size: number): Spread {
  const run = spawnSync(process.execPath, [
    ...process.execArgv,
    process.argv[1] ?? '',
    '--replace',
    String(size),
  ]);
  return JSON.parse(run.stdout.toString()) as Spread;
}

function compare(): void {
  const machine = watchMachine();
  const heap = heapBytes();
  const sides = inRunDirectory((runDirectory) => SIZES.map((size) => startSide(size, runDirectory)));
  const heapPerWorkerBytes = (heapBytes() - heap) / WORKERS;
  for (let round = 0; round < ROUNDS; round += 1) for (const side of sides) measureWake(side);
  for (const side of sides) end(side);
  const rows = sides.map(({ size, wakeUs }) => ({
    workers: size,
    wakeUs: spread(wakeUs),
    replaceUs: replacement(size),
  }));
  const [first, last] = [rows[0], rows.at(-1)];
  const ratio = (pick: (row: (typeof rows)[number]) => number) =>
    first && last ? pick(last) / pick(first) : Number.NaN;
  const result: TurnResult = {
    name: 'turn',
    machine: machine(),
    rows,
    descriptorsPerWorker: PIDFD_ONLY ? 1 : 4,
    heapPerWorkerBytes,
    wakeRatio: ratio((row) => row.wakeUs.median),
    replaceRatio: ratio((row) => row.replaceUs.median),
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

const alone = process.argv.indexOf('--replace');
if (alone > 0) replaceAlone(Number(process.argv[alone + 1]));
else compare();
