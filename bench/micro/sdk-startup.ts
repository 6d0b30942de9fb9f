// What the worker SDK adds to Node's own start-up: from the spawn until the first message on the status channel, for a
// bare listener, one that loads koffi too, and an SDK worker, in turn, because these machines are shared. CPU is that of
// all threads of the worker until then. Prints JSON. Usage: node dist/bench/micro/sdk-startup.js [rounds]

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CYRUS_ID, CYRUS_SERVICE, PREFORKD_MASTER_PID } from '../../src/protocol/environment.ts';
import { type Machine, type Spread, spread, watchMachine } from '../lib/statistics.ts';

const ROUNDS = Number(process.argv[2] ?? 40);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SDK = new URL('../../src/worker/index.js', import.meta.url).href;

const LISTEN = `
import { writeSync } from 'node:fs';
import { createServer } from 'node:net';
createServer().listen({ fd: 4 }, () => writeSync(3, new Uint8Array(8)));
`;
const PROGRAMS = {
  bare: LISTEN,
  koffi: `import koffi from 'koffi';\nkoffi.load(null).func('int getpid()')();\n${LISTEN}`,
  sdk: `import { serve } from ${JSON.stringify(SDK)};\nserve(() => {});\n`,
};
type Program = keyof typeof PROGRAMS;

export interface StartUp {
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
}

interface Added {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface SdkStartupResult extends Readonly<Record<Program, StartUp>> {
  readonly name: 'sdk-startup';
  readonly what: string;
  readonly rounds: number;
  readonly addedByKoffi: Added;
  readonly addedBySdk: Added;
  readonly machine: Machine;
}

interface Started {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Starts a worker, waits for its first message, and ends it. */
function start(file: string, listenFd: number): Promise<Started> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const worker = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', listenFd],
      env: {
        PATH: process.env.PATH,
        [CYRUS_SERVICE]: 'bench',
        [CYRUS_ID]: '0',
        [PREFORKD_MASTER_PID]: String(process.pid),
      },
    });
    let started: Started | undefined;
    (worker.stdio[3] as Readable).once('data', () => {
      started = { wallMs: performance.now() - began, cpuMs: cpuMs(worker.pid ?? 0) };
      worker.kill('SIGKILL');
    });
    worker.on('error', reject);
    worker.on('close', (code) => {
      if (started) resolve(started);
      else reject(new Error(`${file} ended with ${code} before it spoke`));
    });
  });
}

/** schedstat counts in nanoseconds, where rusage of a living process would be in clock ticks. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e6;
}

function listening(): Promise<{ server: Server; fd: number }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { _handle: handle } = server as unknown as { _handle: { fd: number } };
      resolve({ server, fd: handle.fd });
    });
  });
}

async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-bench-'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const { server, fd } = await listening();
  const machine = watchMachine();
  const names = Object.keys(PROGRAMS) as Program[];
  const taken: Record<Program, Started[]> = { bare: [], koffi: [], sdk: [] };
  for (const name of names) writeFileSync(join(directory, `${name}.mjs`), PROGRAMS[name]);
  // One round more, thrown away: the first reads everything from the disk.
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const name of names) {
      const started = await start(join(directory, `${name}.mjs`), fd);
      if (round >= 0) taken[name].push(started);
    }
  }
  server.close();
  rmSync(directory, { recursive: true });
  report(taken, machine());
}

function report(taken: Readonly<Record<Program, Started[]>>, machine: Machine): void {
  const wallMs = (name: Program) => spread(taken[name].map((one) => one.wallMs));
  const cpu = (name: Program) => spread(taken[name].map((one) => one.cpuMs));
  const added = (name: Program): Added => ({
    wallMs: wallMs(name).median - wallMs('bare').median,
    cpuMs: cpu(name).median - cpu('bare').median,
  });
  const startUp = (name: Program): StartUp => ({ wallMs: wallMs(name), cpuMs: cpu(name) });
  const result: SdkStartupResult = {
    name: 'sdk-startup',
    what: 'from spawn to the first status message: bare Node listener, the same with koffi, SDK worker',
    rounds: ROUNDS,
    bare: startUp('bare'),
    koffi: startUp('koffi'),
    sdk: startUp('sdk'),
    addedByKoffi: added('koffi'),
    addedBySdk: added('sdk'),
    machine,
  };
  console.log(JSON.stringify(result, null, 2));
}

await run();
