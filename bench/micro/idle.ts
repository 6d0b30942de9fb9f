// What does a master cost that has nothing to do? Real ones with three services of sleeping workers (10 in all) are left
// alone side by side: one as it comes, and one without HTTP and without samples of its workers' CPU and memory, which
// shows what those cost. Turns of the supervisor, wake-ups by kind of thread, CPU, memory. The memory goal holds for the
// whole process, both threads. Prints JSON. Usage: node dist/bench/micro/idle.js [seconds]

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Machine, watchMachine } from '../lib/statistics.ts';
import { type ThreadWakeUps, watchThreads } from '../lib/threads.ts';
import { cpuMsOf } from '../setup/masters.ts';

const SECONDS = Number(process.argv[2] ?? 60);
/** Then V8 has given back what the start needed: until then its own collections wake its threads. */
const SETTLE_SECONDS = 30;
const MASTER = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const WORKERS = 10;

export interface IdleResult extends Resting {
  readonly name: 'idle';
  readonly machine: Machine;
  readonly seconds: number;
  readonly workers: number;
  /** `http listen=off` and `sampling interval=off`. */
  readonly bare: Resting;
}

interface Resting {
  /** From its own metrics: without HTTP, nobody tells. */
  readonly turnsPerSecond: number | undefined;
  readonly wakeUps: readonly ThreadWakeUps[];
  readonly cpuShare: number;
  readonly rssBytes: number;
  readonly rssPeakBytes: number;
  readonly pssBytes: number;
}

interface Master {
  readonly process: ChildProcess;
  readonly pid: number;
  log(): string;
}

/** `more`: of the MASTER section. */
function configuration(directory: string, more: string): string {
  const service = (name: string, prefork: number) =>
    `  ${name} cmd="/bin/sleep 100000" listen="127.0.0.1:0" prefork=${prefork}\n`;
  return `MASTER {
  run directory="${join(directory, 'run')}"
  log format=json level=info
  ${more}
}
SERVICES {
${service('one', 5)}${service('two', 3)}${service('three', 2)}}
`;
}

function start(directory: string, more: string): Master {
  mkdirSync(directory);
  const file = join(directory, 'services.conf');
  writeFileSync(file, configuration(directory, more));
  const child = spawn(process.execPath, [MASTER, 'run', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.on('data', (data) => {
    log += data;
  });
  return { process: child, pid: child.pid as number, log: () => log };
}

async function measure({ pid, log }: Master): Promise<Resting> {
  const url = /"url":"(http:[^"]*?)\/?"/.exec(log())?.[1];
  const turnsBefore = await turns(url);
  const threads = watchThreads(pid);
  const cpuBefore = cpuMsOf(pid);
  await delay(SECONDS * 1_000);
  const rest = { wakeUps: threads(), cpuShare: (cpuMsOf(pid) - cpuBefore) / 1_000 / SECONDS };
  const rssBytes = memoryBytes(pid, 'VmRSS');
  return {
    turnsPerSecond: url === undefined ? undefined : ((await turns(url)) - turnsBefore) / SECONDS,
    ...rest,
    rssBytes,
    rssPeakBytes: memoryBytes(pid, 'VmHWM'),
    pssBytes: proportionalBytes(pid),
  };
}

async function turns(url: string | undefined): Promise<number> {
  if (url === undefined) return 0;
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(/^preforkd_turns_total (\S+)$/m.exec(page)?.[1]);
}

function memoryBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
}

function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1_024;
}

async function stop({ process: child }: Master): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-bench-'));
  const machine = watchMachine();
  const masters = [
    start(join(directory, 'whole'), 'http listen="127.0.0.1:0"'),
    start(join(directory, 'bare'), 'http listen=off\n  sampling interval=off'),
  ];
  try {
    await delay(SETTLE_SECONDS * 1_000);
    const [whole, bare] = await Promise.all(masters.map(measure));
    if (!whole || !bare) throw new Error('nothing was measured');
    const result: IdleResult = {
      name: 'idle',
      machine: machine(),
      seconds: SECONDS,
      workers: WORKERS,
      ...whole,
      bare,
    };
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  } finally {
    await Promise.all(masters.map(stop));
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
