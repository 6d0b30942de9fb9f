// Does a rain of signals at the supervisor thread make clients wait? The same load at the same master, three ways in
// turn: with nothing, with 20,000 signals a second at the supervisor thread, and, as the control, with as many at a
// process that has nothing to do with it, because on two processors the sender itself takes its share. For the tiny C
// worker and for a worker with the SDK. Also which threads pay for it. Prints JSON.

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { benchmark, progress, type Result } from '../lib/benchmark.ts';
import { freePorts } from '../lib/ports.ts';
import { type Rain, startBystander, startRain } from '../lib/rain.ts';
import { median } from '../lib/statistics.ts';
import { storm } from '../lib/storm.ts';
import { cpuMsOf, masterSection, type RunningMaster, startPreforkd } from '../setup/masters.ts';
import { compilerMissing, compileWorker } from '../setup/worker.ts';
import { findSupervisor } from '../storm/trouble/supervisor-thread.ts';

const ROUNDS = 5;
const LOAD = ['--shape', 'poisson', '--rate', '200/s', '--duration', '3s', '--session', 'logout'];
const IMAP = fileURLToPath(new URL('../../examples/imap/main.js', import.meta.url));
const STOP_LIMIT_MS = 10_000;
const SETTLE_MS = 1_000;

const SIDES = ['none', 'supervisor', 'elsewhere'] as const;
const WORKERS = ['c', 'sdk'] as const;
export type Side = (typeof SIDES)[number];
type WorkerName = (typeof WORKERS)[number];

/** Milliseconds; CPU as a share of one processor while the load ran. */
export interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  readonly signalsPerSecond: number;
  readonly supervisorCpu: number;
  readonly eventLoopCpu: number;
  readonly senderCpu: number;
}

interface Figures {
  readonly rounds: number;
  readonly load: string;
  readonly workers: readonly {
    readonly worker: WorkerName;
    /** Medians of the rounds. */
    readonly sides: Readonly<Record<Side, Measured>>;
    /** Of the medians of p99: to no signals at all, and to as many signals elsewhere. */
    readonly p99ToNone: number;
    readonly p99ToElsewhere: number;
  }[];
}

export type SignalsResult = Result<Figures>;

interface Scene {
  readonly master: RunningMaster;
  readonly supervisor: number;
  readonly bystander: ChildProcess;
  readonly ports: Readonly<Record<WorkerName, number>>;
}

const STORM_WORDS: Readonly<Record<WorkerName, readonly string[]>> = {
  c: ['--expect', 'OK'],
  sdk: [],
};

async function measureOnce(scene: Scene, worker: WorkerName, side: Side): Promise<Measured> {
  const target = `127.0.0.1:${scene.ports[worker]}`;
  const protocol = worker === 'c' ? 'raw' : 'imap';
  const rain = side === 'none' ? undefined : startRain(aimOf(scene, side));
  const before = cpu(scene, rain);
  const began = performance.now();
  try {
    const { latency, visits } = await storm([
      protocol,
      target,
      ...STORM_WORDS[worker],
      ...LOAD,
      '--no-master',
    ]);
    const after = cpu(scene, rain);
    const ms = performance.now() - began;
    return {
      p50: latency.greeting.p50 ?? Number.POSITIVE_INFINITY,
      p99: latency.greeting.p99 ?? Number.POSITIVE_INFINITY,
      failed: visits.failed,
      signalsPerSecond: rain?.perSecond() ?? 0,
      supervisorCpu: (after.supervisor - before.supervisor) / ms,
      eventLoopCpu: (after.eventLoop - before.eventLoop) / ms,
      senderCpu: (after.sender - before.sender) / ms,
    };
  } finally {
    rain?.sender.kill('SIGKILL');
  }
}

function aimOf({ master, supervisor, bystander }: Scene, side: Side): readonly [number, number] {
  const { pid = 0 } = bystander;
  return side === 'supervisor' ? [master.pid, supervisor] : [pid, pid];
}

function cpu({ master, supervisor }: Scene, rain: Rain | undefined) {
  return {
    supervisor: threadCpuMs(master.pid, supervisor),
    eventLoop: threadCpuMs(master.pid, master.pid),
    sender: rain ? cpuMsOf(rain.sender.pid ?? 0) : 0,
  };
}

function threadCpuMs(pid: number, thread: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function medians(rounds: readonly Measured[]): Measured {
  const of = (figure: keyof Measured) => median(rounds.map((round) => round[figure]));
  return {
    p50: of('p50'),
    p99: of('p99'),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
    signalsPerSecond: of('signalsPerSecond'),
    supervisorCpu: of('supervisorCpu'),
    eventLoopCpu: of('eventLoopCpu'),
    senderCpu: of('senderCpu'),
  };
}

async function compare(scene: Scene, worker: WorkerName): Promise<Figures['workers'][number]> {
  const rounds: Record<Side, Measured[]> = { none: [], supervisor: [], elsewhere: [] };
  // Thrown away: workers and master have never served before.
  await measureOnce(scene, worker, 'none');
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of SIDES) rounds[side].push(await measureOnce(scene, worker, side));
    progress(
      `${worker}, round ${round + 1}: p99 ${SIDES.map((side) => rounds[side].at(-1)?.p99).join(', ')} ms`,
    );
  }
  const sides = {
    none: medians(rounds.none),
    supervisor: medians(rounds.supervisor),
    elsewhere: medians(rounds.elsewhere),
  };
  const p99ToNone = sides.supervisor.p99 / sides.none.p99;
  const p99ToElsewhere = sides.supervisor.p99 / sides.elsewhere.p99;
  return { worker, sides, p99ToNone, p99ToElsewhere };
}

async function measure(): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-bench-'));
  const worker = compileWorker();
  const [metrics = 0, c = 0, sdk = 0] = await freePorts(3);
  const configuration = join(directory, 'services.conf');
  writeFileSync(
    configuration,
    `${masterSection(join(directory, 'run'), metrics)}SERVICES {
  c cmd="${worker.path}" listen="127.0.0.1:${c}" prefork=4 maxchild=40
  sdk cmd="${process.execPath} ${IMAP}" listen="127.0.0.1:${sdk}" prefork=4 maxchild=40
}
`,
  );
  const bystander = startBystander();
  let master: RunningMaster | undefined;
  try {
    master = await startPreforkd({ configuration, port: c });
    await delay(SETTLE_MS);
    const supervisor = await findSupervisor(master.pid);
    if (supervisor === undefined) throw new Error('no thread of the master can be told to be the supervisor');
    const scene: Scene = { master, supervisor, bystander, ports: { c, sdk } };
    const workers = [];
    for (const name of WORKERS) workers.push(await compare(scene, name));
    return { rounds: ROUNDS, load: LOAD.join(' '), workers };
  } finally {
    bystander.kill('SIGKILL');
    await master?.stop(STOP_LIMIT_MS);
    worker.dispose();
    rmSync(directory, { recursive: true, force: true });
  }
}

await benchmark(
  'signals',
  'latency under signals at the supervisor thread, at a bystander, and without',
  compilerMissing(),
  measure,
);
