// The masters that are compared, each started as an administrator would, on the same configuration and as the same
// user: Cyrus's own (C) and preforkd. What each costs is read from /proc, by whole threads' run time in nanoseconds.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cyrusProgram } from './cyrus.ts';

/** From dist/bench/setup to the program beside it. */
const PREFORKD = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const START_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 10;

export interface RunningMaster {
  readonly pid: number;
  /** CPU time of the master alone so far, ms. */
  cpuMs(): number;
  /** Resident memory, bytes. */
  rssBytes(): number;
  /** Living children, zombies left out. */
  children(): readonly number[];
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL to it and its children after `limitMs`. */
  stop(limitMs: number): Promise<{ readonly ended: boolean; readonly afterMs: number }>;
}

export interface MasterOptions {
  /** cyrus.conf or services.conf. */
  readonly configuration: string;
  /** It counts as started when somebody listens at this port of 127.0.0.1. */
  readonly port: number;
  /** 'cyrus:mail', or undefined for the user we are. */
  readonly user?: { readonly name: string; readonly group: string };
  /** RLIMIT_NPROC, for the fork-failure case. */
  readonly processes?: number;
}

/** `backlog`: its -l, which holds for every service. */
export function startCyrusMaster(
  options: MasterOptions & { readonly imapdConf: string; readonly backlog: number },
): Promise<RunningMaster> {
  const { configuration, imapdConf, backlog } = options;
  const pidfile = join(dirname(configuration), 'master.pid');
  const program = cyrusProgram('master');
  const words = [program, '-C', imapdConf, '-M', configuration, '-p', pidfile, '-l', String(backlog), '-D'];
  return start(words, options);
}

/** Its MASTER section: a run directory of its own, metrics at a port of its own. */
export function masterSection(directory: string, metricsPort: number): string {
  return `MASTER {
  run directory="${directory}"
  http listen="127.0.0.1:${metricsPort}"
  log level="warn"
}
`;
}

export function startPreforkd(options: MasterOptions): Promise<RunningMaster> {
  return start([process.execPath, PREFORKD, 'run', options.configuration], options);
}

async function start(words: readonly string[], options: MasterOptions): Promise<RunningMaster> {
  const all = [...asUser(options.user), ...limited(options.processes), ...words];
  // A session of its own: on SIGTERM Cyrus's master signals its whole process group.
  const child = spawn(all[0] ?? '', all.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const deadline = performance.now() + START_LIMIT_MS;
  while (!isListening(options.port)) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${words.join(' ')} did not come up: ${said || `exit ${child.exitCode}`}`);
    }
    await delay(LOOK_AGAIN_MS);
  }
  return running(child);
}

/** The words before a command that make it another user's. */
export function asUser(user: MasterOptions['user']): readonly string[] {
  return user ? ['setpriv', `--reuid=${user.name}`, `--regid=${user.group}`, '--init-groups'] : [];
}

function limited(processes: number | undefined): readonly string[] {
  return processes === undefined ? [] : ['prlimit', `--nproc=${processes}`];
}

function running(child: ChildProcess): RunningMaster {
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid,
    cpuMs: () => cpuMsOf(pid),
    rssBytes: () => rssBytesOf(pid),
    children: () => childrenOf(pid),
    signal: (signal) => void process.kill(pid, signal),
    stop: async (limitMs) => {
      const began = performance.now();
      process.kill(pid, 'SIGTERM');
      const late = delay(limitMs, 'late' as const, { ref: false });
      const first = await Promise.race([ended, late]);
      const afterMs = performance.now() - began;
      if (first === 'late') {
        for (const each of [...childrenOf(pid), pid]) process.kill(each, 'SIGKILL');
        await ended;
      }
      return { ended: first !== 'late', afterMs };
    },
  };
}

/** All threads, /proc/PID/task/TID/schedstat: the first number is time on the processor, ns. */
export function cpuMsOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e6;
}

export function rssBytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** Of all its threads: the supervisor is one. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

const LISTEN_STATE = '0A';

/** proc(5), /proc/net/tcp: does anybody listen at this port? Asked without connecting, which would cost a session. */
export function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return lines.some((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return state === LISTEN_STATE && local?.endsWith(`:${hex}`);
  });
}
