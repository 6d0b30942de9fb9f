// A real master for a test: writes a services.conf into a directory of its own, runs `preforkd run` on it, follows
// its JSON log, talks to it over HTTP, sockets and signals, and ends it. Every wait is for a condition; the time
// limit only turns a hang into a failure that says what was waited for and shows the log.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ServiceStatus, Status } from '../../src/plane/status.ts';
import { Client, parseAddress } from './client.ts';
import { PATIENCE_MS, until } from './waiting.ts';

export { Client } from './client.ts';
export { until } from './waiting.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const PREFORKD = join(ROOT, 'dist/src/main.js');
export const LEMMING = `${process.execPath} ${join(ROOT, 'test/fixtures/lemming/lemming.mjs')}`;
export const LEMMING_SH = join(ROOT, 'test/fixtures/lemming/lemming.sh');

export interface LogLine {
  readonly event: string;
  readonly level: string;
  readonly msg: string;
  readonly service?: string;
  readonly family?: string;
  readonly pid?: number;
  // biome-ignore lint/suspicious/noExplicitAny: log lines have fields of their own per event
  readonly [field: string]: any;
}

export interface MasterOptions {
  /** Written into the MASTER section besides the run directory, HTTP and log settings. */
  readonly master?: string;
  /** Written beside `listen=` of the HTTP settings. */
  readonly http?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  /** Words after `preforkd run FILE`. */
  readonly runArguments?: readonly string[];
  /** Do not wait until it serves: for masters that are to fail. */
  readonly unready?: true;
  /** Use this directory (and leave it) instead of a new one. */
  readonly directory?: string;
  /** Words before `node`: a program that executes it in its own place (setpriv, prlimit, sh -c 'exec "$@"' sh). */
  readonly wrapper?: readonly string[];
  /** Open descriptors of this process that the master finds at 3, 4, ... */
  readonly descriptors?: readonly number[];
  /** Written into the MASTER section instead of the level of the test's own: `info` when trace would drown it. */
  readonly logLevel?: string;
  /** With a file, `log` and `event` see nothing: read the file. */
  readonly logDestination?: string;
}

export class RunningMaster {
  readonly directory: string;
  readonly file: string;
  readonly log: LogLine[] = [];
  readonly process: ChildProcess;
  stderr = '';
  exit: { code: number | null; signal: string | null } | undefined;
  /** Made by `client()`: closed before the master is ended, since a worker may finish with its client first. */
  readonly clients: Client[] = [];
  #partial = '';

  constructor(directory: string, file: string, child: ChildProcess) {
    this.directory = directory;
    this.file = file;
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    child.on('exit', (code, signal) => {
      this.exit = { code, signal };
    });
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) this.log.push(JSON.parse(line) as LogLine);
  }

  get pid(): number {
    return this.process.pid as number;
  }

  explain(): string {
    const tail = this.log.slice(-40).map((line) => `  ${line.level} ${line.event}: ${line.msg}`);
    return `log:\n${tail.join('\n')}\nstderr: ${this.stderr}\nexit: ${JSON.stringify(this.exit)}`;
  }

  until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
    return until(what, look, () => this.explain());
  }

  /** The first line of that event (and with those fields), now or later. */
  event(name: string, fields: Readonly<Record<string, unknown>> = {}, after = 0): Promise<LogLine> {
    const matches = (line: LogLine) =>
      line.event === name && Object.entries(fields).every(([field, value]) => line[field] === value);
    return this.until(`${name} ${JSON.stringify(fields)}`, () => this.log.slice(after).find(matches));
  }

  events(name: string, fields: Readonly<Record<string, unknown>> = {}): LogLine[] {
    return this.log.filter(
      (line) =>
        line.event === name && Object.entries(fields).every(([field, value]) => line[field] === value),
    );
  }

  async httpUrl(): Promise<string> {
    return (await this.event('http-listening')).url.replace(/\/$/, '');
  }

  async get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`${await this.httpUrl()}${path}`);
    return { status: response.status, body: await response.text() };
  }

  async services(): Promise<readonly ServiceStatus[]> {
    return (JSON.parse((await this.get('/api/status')).body) as Status).services;
  }

  async service(name: string, family?: string): Promise<ServiceStatus> {
    const all = await this.services();
    const found = all.find((one) => one.name === name && (family === undefined || one.family === family));
    assert.ok(found, `status shows no service ${name}: ${JSON.stringify(all.map((one) => one.name))}`);
    return found;
  }

  /** Waits until the service's status has these values. */
  settled(name: string, wanted: Partial<ServiceStatus>): Promise<ServiceStatus> {
    let last: ServiceStatus | undefined;
    const look = async () => {
      last = await this.service(name);
      const service: Readonly<Record<string, unknown>> = { ...last };
      return Object.entries(wanted).every(([field, value]) => service[field] === value) ? last : undefined;
    };
    return until(
      `${name} ${JSON.stringify(wanted)}`,
      look,
      () => `${JSON.stringify(last)}\n${this.explain()}`,
    );
  }

  /** What to connect to: the port that was really bound, or the path. */
  async address(name: string, family?: string): Promise<{ host: string; port: number } | { path: string }> {
    const line = await this.event(
      'listening',
      family === undefined ? { service: name } : { service: name, family },
    );
    return parseAddress(line.address as string);
  }

  async client(name: string, family?: string): Promise<Client> {
    const client = await Client.connect(await this.address(name, family));
    this.clients.push(client);
    return client;
  }

  /** Runs a verb of the command line against this master. */
  cli(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return run(process.execPath, [PREFORKD, ...words, '--config', this.file], this.directory);
  }

  rewrite(body: string, options: MasterOptions = {}): void {
    writeFileSync(this.file, configuration(this.directory, body, options));
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async ended(): Promise<{ code: number | null; signal: string | null }> {
    return this.until('the end of the master', () => this.exit);
  }

  async stop(): Promise<number | null> {
    if (!this.exit) this.signal('SIGTERM');
    return (await this.ended()).code;
  }

  /** Threads of the master apart, nobody that it started may be left. */
  children(): number[] {
    return childrenOf(this.pid);
  }
}

/** Runs a command to its end. */
export function run(
  command: string,
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export function configuration(
  directory: string,
  body: string,
  { master = '', http = '', logLevel = 'trace', logDestination = 'stdout' }: MasterOptions = {},
): string {
  return `MASTER {
  http listen="127.0.0.1:0" ${http}
  run directory="${join(directory, 'run')}"
  log level=${logLevel} format=json destination=${logDestination}
  ${master}
}
${body}
`;
}

/** Starts a master on `body` (sections of a services.conf); it ends with the test at the latest. */
export async function startMaster(
  test: TestContext,
  body: string,
  options: MasterOptions = {},
): Promise<RunningMaster> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'preforkd-e2e-'));
  const file = join(directory, 'services.conf');
  writeFileSync(file, configuration(directory, body, options));
  const words = [
    ...(options.wrapper ?? []),
    process.execPath,
    ...(options.nodeArguments ?? []),
    PREFORKD,
    'run',
    file,
    ...(options.runArguments ?? []),
  ];
  const child = spawn(words[0] as string, words.slice(1), {
    cwd: directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(options.descriptors ?? [])],
  });
  const master = new RunningMaster(directory, file, child);
  test.after(async () => {
    await endMaster(master);
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
  });
  if (!options.unready) await master.event('master-ready');
  return master;
}

async function endMaster(master: RunningMaster): Promise<void> {
  const workers = new Set(master.events('spawned').map((line) => line.pid as number));
  for (const client of master.clients) client.socket.destroy();
  if (!master.exit) master.signal('SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (!master.exit && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 15));
  if (!master.exit) {
    master.signal('SIGKILL');
    for (const pid of workers) if (isOurs(pid, master.pid)) process.kill(pid, 'SIGKILL');
    assert.fail(`the master did not end by SIGTERM\n${master.explain()}`);
  }
}

function isOurs(pid: number, master: number): boolean {
  return childrenOf(master).includes(pid);
}

export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** False for a zombie as well: it is nobody any more. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
