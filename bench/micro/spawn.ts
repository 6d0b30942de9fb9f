// Master CPU per spawn of /bin/true: the port's spawn against child_process.spawn, in one process, in short
// interleaved rounds, because these machines are shared and their speed changes from second to second. Both sides
// spawn, wait for the end and release everything; CPU is the master's own (children are not in process.cpuUsage).
// Prints JSON. Usage: node --import tsx bench/micro/spawn.ts [rounds] [spawns per round]

import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createLinuxOs } from '../../src/os/linux/index.ts';
import type { Os } from '../../src/os/os.ts';
import { type Machine, median, watchMachine } from '../lib/statistics.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const SPAWNS_PER_ROUND = Number(process.argv[3] ?? 200);
const PROGRAM = '/bin/true';
const WAIT_MS_MAX = 10_000;

const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);

export interface Side {
  readonly cpuMsMedian: number;
  readonly cpuMsLeast: number;
  readonly cpuMsMost: number;
  readonly callMsMedian: number;
  readonly wallMsMedian: number;
}

export interface SpawnResult {
  readonly name: 'spawn';
  readonly what: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly spawnsPerRound: number;
  readonly osSpawn: Side;
  readonly childProcessSpawn: Side;
  /** Node's own / the port's. */
  readonly ratio: { readonly cpu: number; readonly call: number; readonly wall: number };
}

interface Measured {
  /** CPU of the whole master, user and system. */
  readonly cpuMs: number;
  /** How long the spawning call itself keeps its thread from anything else. */
  readonly callMs: number;
  /** From the call to the collected exit, one child after another. */
  readonly wallMs: number;
}

/** One round, as the mean of its spawns. */
async function measure(once: () => Promise<number> | number): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  let callMs = 0;
  for (let i = 0; i < SPAWNS_PER_ROUND; i++) callMs += await once();
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuMs: (user + system) / 1000 / SPAWNS_PER_ROUND,
    callMs: callMs / SPAWNS_PER_ROUND,
    wallMs: (performance.now() - began) / SPAWNS_PER_ROUND,
  };
}

function throughPort(os: Os): number {
  const began = performance.now();
  const child = os.spawn({
    path: PROGRAM,
    argv: [PROGRAM],
    environment,
    descriptors: ['null', 'null', 'null'],
  });
  const callMs = performance.now() - began;
  if (child.kind !== 'spawned') throw new Error(`spawn failed: ${child.errno}`);
  while (os.poll([child.pidfd], WAIT_MS_MAX).kind !== 'ready');
  os.wait(child.pidfd);
  os.close(child.pidfd);
  return callMs;
}

function throughNode(): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(PROGRAM, [], { stdio: 'ignore', env: process.env });
    const callMs = performance.now() - began;
    child.on('error', reject);
    child.on('exit', () => resolve(callMs));
  });
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

function summary(rounds: readonly Measured[]): Side {
  const of = (field: keyof Measured) => rounded(median(rounds.map((round) => round[field])));
  const cpu = rounds.map((round) => round.cpuMs);
  return {
    cpuMsMedian: of('cpuMs'),
    cpuMsLeast: rounded(Math.min(...cpu)),
    cpuMsMost: rounded(Math.max(...cpu)),
    callMsMedian: of('callMs'),
    wallMsMedian: of('wallMs'),
  };
}

const os = createLinuxOs({ runDirectory: tmpdir(), listenFds: { count: 0, names: [] } });
const machine = watchMachine();
// The first round of each side warms caches and the compiler, and is thrown away.
await measure(() => throughPort(os));
await measure(throughNode);
const port: Measured[] = [];
const node: Measured[] = [];
for (let round = 0; round < ROUNDS; round++) {
  port.push(await measure(() => throughPort(os)));
  node.push(await measure(throughNode));
}
const [ours, theirs] = [summary(port), summary(node)];
const result: SpawnResult = {
  name: 'spawn',
  what: `master CPU per spawn of ${PROGRAM}, waited for one after another`,
  machine: machine(),
  rounds: ROUNDS,
  spawnsPerRound: SPAWNS_PER_ROUND,
  osSpawn: ours,
  childProcessSpawn: theirs,
  ratio: {
    cpu: rounded(theirs.cpuMsMedian / ours.cpuMsMedian),
    call: rounded(theirs.callMsMedian / ours.callMsMedian),
    wall: rounded(theirs.wallMsMedian / ours.wallMsMedian),
  },
};
console.log(JSON.stringify(result, null, 2));
