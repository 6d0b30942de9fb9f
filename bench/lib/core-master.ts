// The core on the real port in this very process, for benchmarks of single turns: no thread and no plane around it.
// Its workers are sleepers. Where the limit of descriptors is too low for four per worker, the sleepers close their
// channel and outputs, so that the master keeps their pidfd only; results say so.

import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../src/core/commands.ts';
import { createMaster, type Master } from '../../src/core/master.ts';
import type { MasterSpec, ServiceSpec } from '../../src/core/spec.ts';
import { begin, turn } from '../../src/core/supervisor.ts';
import { createLinuxOs } from '../../src/os/linux/index.ts';

const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);
/** pidfd, channel, stdout and stderr. */
const DESCRIPTORS_PER_WORKER = 4;
const DESCRIPTORS_OF_OUR_OWN = 1_000;
const DESCRIPTORS_MAX = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);

export interface CoreMaster {
  readonly master: Master;
  readonly commands: Command[];
}

export interface Wish {
  readonly runDirectory: string;
  readonly services: number;
  readonly workersEach: number;
  /** Each service may have so many more. */
  readonly room: number;
  /** See descriptorsPerWorker(). */
  readonly descriptorsPerWorker: number;
}

/** How many each worker may keep open in the master, when there are to be so many. */
export function descriptorsPerWorker(workers: number): 1 | 4 {
  return DESCRIPTORS_MAX < workers * DESCRIPTORS_PER_WORKER + DESCRIPTORS_OF_OUR_OWN ? 1 : 4;
}

export function startCore(wish: Wish): CoreMaster {
  const workers = wish.services * wish.workersEach;
  const spec: MasterSpec = {
    file: 'bench',
    start: [],
    services: Array.from({ length: wish.services }, (_, index) => serviceSpec(index, wish)),
    events: [],
    daemons: [],
    shutdownlimitMs: 60_000,
    startCap: { initial: 2 * workers, most: 2 * workers },
  };
  const commands: Command[] = [];
  const outlet = { takeCommands: () => commands.splice(0), publish: () => {} };
  const os = createLinuxOs({ runDirectory: wish.runDirectory, listenFds: { count: 0, names: [] } });
  const master = createMaster(os, spec, outlet, {
    masterPid: process.pid,
    environment: { PATH: '/usr/bin:/bin' },
    quiet: [],
  });
  begin(master);
  const core = { master, commands };
  while (!settled(core, wish.workersEach)) turn(master);
  return core;
}

function serviceSpec(index: number, { workersEach, room, descriptorsPerWorker }: Wish): ServiceSpec {
  const sleep = `exec /bin/sleep 100000${descriptorsPerWorker === 1 ? ' >/dev/null 2>&1 3>&-' : ''}`;
  const argv = ['/bin/sh', '-c', sleep];
  return {
    name: `sleepers${index}`,
    index,
    line: 1,
    protocol: 'cyrus',
    listen: '127.0.0.1:0',
    proto: 'tcp',
    address: { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 0 },
    command: { text: argv.join(' '), path: '/bin/sh', program: '/bin/sh', argv, environment: {} },
    prefork: workersEach,
    maxchild: workersEach + room,
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

/** All its workers are presumed to be up. */
export function settled({ master }: CoreMaster, workersEach: number): boolean {
  return (
    master.services.length > 0 && master.services.every(({ workers }) => workers.ready.size === workersEach)
  );
}

/** The next poll returns at once. */
export function wake({ master }: CoreMaster): void {
  writeSync(master.os.wakeFd, WAKE);
}

/** Microseconds. */
export function timed(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) * 1_000;
}

export function endCore(core: CoreMaster): void {
  core.commands.push({ kind: 'shutdown', id: 1, reason: 'bench', force: true });
  wake(core);
  while (turn(core.master));
}

export function inRunDirectory<T>(work: (runDirectory: string) => T): T {
  const runDirectory = mkdtempSync(join(tmpdir(), 'preforkd-bench-'));
  try {
    return work(runDirectory);
  } finally {
    rmSync(runDirectory, { recursive: true, force: true });
  }
}

export interface Memory {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** After a collection, so that what is left is in use (`--expose-gc`). */
export function memoryNow(): Memory {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss };
}
