// What does a master cost that has nothing to do? A real one with three services of sleeping workers (10 in all) is
// left alone for a while: turns of the supervisor, context switches of its thread and of the whole process, CPU,
// memory. The memory goal holds for the whole process, both threads. Prints JSON.
// Usage: node dist/bench/micro/idle.js [seconds]

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Machine, watchMachine } from '../lib/statistics.ts';

const SECONDS = Number(process.argv[2] ?? 30);
/** Start-up is over and its garbage collected when the measurement begins. */
const SETTLE_SECONDS = 5;
const MASTER = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const USER_HZ = 100;

export interface IdleResult {
  readonly name: 'idle';
  readonly machine: Machine;
  readonly seconds: number;
  readonly workers: number;
  readonly turnsPerSecond: number;
  readonly wakeUps: readonly { readonly thread: string; readonly perSecond: number }[];
  readonly cpuShare: number;
  readonly rssBytes: number;
  readonly rssPeakBytes: number;
  readonly pssBytes: number;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

function configuration(directory: string): string {
  const service = (name: string, prefork: number) =>
    `  ${name} cmd="/bin/sleep 100000" listen="127.0.0.1:0" prefork=${prefork}\n`;
  return `MASTER {
  http listen="127.0.0.1:0"
  run directory="${join(directory, 'run')}"
  log format=json level=info
}
SERVICES {
${service('one', 5)}${service('two', 3)}${service('three', 2)}}
`;
}

/** Voluntary switches: how often each thread went to sleep, which is how often it had been woken. */
function switches(pid: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
    const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? task;
    const count = Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
    found.set(`${task} ${name}`, count);
  }
  return found;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / USER_HZ;
}

function memoryBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
}

function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1_024;
}

async function turns(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(/^preforkd_turns_total (\S+)$/m.exec(page)?.[1]);
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-bench-'));
  const file = join(directory, 'services.conf');
  writeFileSync(file, configuration(directory));
  const machine = watchMachine();
  const child = spawn(process.execPath, [MASTER, 'run', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.on('data', (data) => {
    log += data;
  });
  const pid = child.pid as number;
  await pause(SETTLE_SECONDS);
  const url = (/"url":"(http:[^"]*?)\/?"/.exec(log) as RegExpExecArray)[1] as string;
  const before = { turns: await turns(url), cpu: cpuSeconds(pid), switches: switches(pid) };
  await pause(SECONDS);
  const after = { cpu: cpuSeconds(pid), switches: switches(pid), turns: await turns(url) };
  const rss = memoryBytes(pid, 'VmRSS');
  const wakeUps = [...after.switches].map(([thread, count]) => ({
    thread: thread.split(' ').slice(1).join(' '),
    perSecond: (count - (before.switches.get(thread) ?? count)) / SECONDS,
  }));
  const result: IdleResult = {
    name: 'idle',
    machine: machine(),
    seconds: SECONDS,
    workers: 10,
    turnsPerSecond: (after.turns - before.turns) / SECONDS,
    wakeUps: wakeUps.filter(({ perSecond }) => perSecond > 0),
    cpuShare: (after.cpu - before.cpu) / SECONDS,
    rssBytes: rss,
    rssPeakBytes: memoryBytes(pid, 'VmHWM'),
    pssBytes: proportionalBytes(pid),
  };
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(directory, { recursive: true, force: true });
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

await main();
