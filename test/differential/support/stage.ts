// Where one master plays one scenario: a directory, an address on loopback and a process tree of its own, so that many
// stages stand beside each other. Starts the master, connects, signals, and looks: by /proc, by connecting, at files; never
// by asking the master. Every wait has a limit, and `clear` leaves nobody behind. Made by play.ts, used by the scenarios.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, isAlive } from '../../e2e/harness.ts';
import { until } from '../../e2e/waiting.ts';
import { Guest } from './guest.ts';
import { environmentOf, listens, processesBelow } from './processes.ts';
import { workerProgram } from './programs.ts';
import { commandOf, environmentFor, imapdConf, PREFORKD_CONF, type Side } from './sides.ts';

const LOOK_AGAIN_MS = 20;
/** A count that stays the same for this long is taken to be the last word. */
const SETTLED_MS = 400;
/** By then a count has come to rest, or it is what it is. */
const COUNT_LIMIT_MS = 8_000;
/** A client that is not greeted by then is not greeted at all. */
const GREETING_LIMIT_MS = 4_000;
const END_LIMIT_MS = 20_000;
/** init may need a moment to collect what was orphaned. */
const LEFT_LIMIT_MS = 3_000;
const FIRST_PORT = 1_143;
/** Below the ports that the kernel gives to clients. */
const WILDCARD_FIRST_PORT = 12_000;
const FOLDERS = ['conf', 'conf/db', 'conf/proc', 'conf/socket', 'conf/log', 'spool', 'proc', 'lock'];
const LOG_TAIL_CHARACTERS = 3_000;
/** The time and the prefix are not compared. */
const SYSLOG_HEAD = /^.*?master\[\d+\]: /;

let stages = 0;

export class Stage {
  readonly side: Side;
  readonly directory: string;
  readonly host: string;
  /** For services that listen at every address: nobody else of this process has it. */
  readonly wildcardPort: number;
  readonly #guests: Guest[] = [];
  readonly #ports = new Map<string, number>();
  #master: ChildProcess | undefined;
  #exit: number | string | undefined;
  #background: number | undefined;

  constructor(side: Side) {
    stages += 1;
    this.side = side;
    // A loopback address of our own: no port of it can be taken by anybody else.
    this.host = `127.${64 + (process.pid % 64)}.${stages % 250}.${1 + Math.floor(stages / 250)}`;
    this.wildcardPort = WILDCARD_FIRST_PORT + (process.pid % 64) * 250 + (stages % 250);
    this.directory = mkdtempSync(join(tmpdir(), 'preforkd-differential-'));
    chmodSync(this.directory, 0o755);
    for (const folder of FOLDERS) mkdirSync(this.path(folder));
    writeFileSync(this.path('imapd.conf'), imapdConf(this.directory));
    writeFileSync(this.path('preforkd.conf'), PREFORKD_CONF);
    // Written to by root first, and then by the user cyrus.
    writeFileSync(this.path('syslog'), '');
    execFileSync('chown', ['-R', 'cyrus:mail', this.directory]);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  port(name: string): number {
    const port = this.#ports.get(name) ?? FIRST_PORT + this.#ports.size;
    this.#ports.set(name, port);
    return port;
  }

  /** Words of a `cmd=`. */
  command(words = ''): string {
    return `${workerProgram()} ${words}`.trim();
  }

  /** An entry of SERVICES. */
  service(name: string, keys = '', words = ''): string {
    const listen = keys.includes('listen=') ? '' : `listen="${this.host}:${this.port(name)}" `;
    return `${name} cmd="${this.command(words)}" ${listen}${keys}`;
  }

  configure(text: string): void {
    writeFileSync(this.path('cyrus.conf'), `${text}\n`);
  }

  /** What waits at `gate` goes on. */
  openGate(): void {
    writeFileSync(this.path('gate'), '');
  }

  /** There is no cyrus.conf at all. */
  forget(): void {
    rmSync(this.path('cyrus.conf'), { force: true });
  }

  /** `words` beside those that every master here is given. */
  start(...words: readonly string[]): void {
    this.#exit = undefined;
    this.#master = this.#launch(words);
    this.#master.once('exit', (code, signal) => {
      this.#exit = code ?? signal ?? 'unknown';
    });
  }

  /** Another master in the same place; resolves with how it ended, which it must within the limit. */
  async second(...words: readonly string[]): Promise<number | string> {
    const other = this.#launch(words);
    let exit: number | string | undefined;
    other.once('exit', (code, signal) => {
      exit = code ?? signal ?? 'unknown';
    });
    await this.within(END_LIMIT_MS, () => exit !== undefined);
    return exit ?? 'still there';
  }

  #launch(more: readonly string[]): ChildProcess {
    const [program = '', ...words] = commandOf(this.side, this.directory, more);
    const log = openSync(this.path('master.log'), 'a');
    // A session of its own: on SIGTERM Cyrus's master signals its whole process group.
    const master = spawn(program, words, {
      cwd: this.directory,
      detached: true,
      env: { PATH: process.env.PATH, INHERITED: 'yes', ...environmentFor(this.side, this.directory) },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    return master;
  }

  /** With -d: the process that was started has ended, and the master is whom the pidfile names. */
  async background(): Promise<number | string> {
    const code = await this.end();
    this.#background = this.pidInFile();
    return code;
  }

  /** 0 when there is none. */
  pidInFile(): number {
    return Number(this.read('master.pid')) || 0;
  }

  /** Starts the master and waits until these services listen. */
  async open(...names: readonly string[]): Promise<void> {
    this.start();
    for (const name of names) await this.up(name);
  }

  get pid(): number {
    return this.#background ?? this.#master?.pid ?? 0;
  }

  isRunning(): boolean {
    return this.#background === undefined ? this.#exit === undefined : isAlive(this.#background);
  }

  isListening(name: string): boolean {
    return listens(this.host, this.port(name));
  }

  async up(name: string): Promise<void> {
    await this.until(`${name} to listen`, () => this.isListening(name));
  }

  async connect(name: string): Promise<Guest> {
    const guest = await Guest.at({ host: this.host, port: this.port(name) });
    this.#guests.push(guest);
    return guest;
  }

  async connectTo(where: { readonly host: string; readonly port: number } | { readonly path: string }) {
    const guest = await Guest.at({ ...where });
    this.#guests.push(guest);
    return guest;
  }

  /** A client that has been greeted. */
  async greeted(name: string): Promise<Guest> {
    const guest = await this.connect(name);
    await this.until(`a greeting by ${name}`, () => guest.isGreeted());
    return guest;
  }

  /** What somebody finds who connects now: greeted, refused, or neither. */
  async visit(name: string): Promise<'greeted' | 'refused' | 'cut' | 'silence'> {
    let guest: Guest;
    try {
      guest = await this.connect(name);
    } catch {
      return 'refused';
    }
    await this.within(GREETING_LIMIT_MS, () => guest.isGreeted() || guest.isCut());
    const seen = guest.isGreeted() ? 'greeted' : guest.isCut() ? 'cut' : 'silence';
    guest.leave();
    return seen;
  }

  /** Living children of the master; with a name, those of that service or daemon. */
  workers(name?: string): readonly number[] {
    return childrenOf(this.pid)
      .filter(isAlive)
      .filter((pid) => environmentOf(pid).INHERITED === 'yes')
      .filter((pid) => name === undefined || environmentOf(pid).CYRUS_SERVICE === name);
  }

  /** One of them, once there is one. Never 0: a signal to that would be to ourselves. */
  async oneOf(name: string): Promise<number> {
    await this.until(`a worker of ${name}`, () => this.workers(name).length > 0);
    const [pid] = this.workers(name);
    if (pid === undefined) throw new Error(`the only worker of ${name} has just gone`);
    return pid;
  }

  /** How many workers there are once the number has come to rest; `wanted` is waited for first. */
  async count(name: string, wanted: number): Promise<number> {
    await this.within(COUNT_LIMIT_MS, () => this.workers(name).length === wanted);
    let since = performance.now();
    let last = this.workers(name).length;
    const limit = since + COUNT_LIMIT_MS;
    while (performance.now() < Math.min(since + SETTLED_MS, limit)) {
      await delay(LOOK_AGAIN_MS);
      const now = this.workers(name).length;
      if (now !== last) since = performance.now();
      last = now;
    }
    return last;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid === 0) throw new Error('there is no master');
    process.kill(this.pid, signal);
  }

  /** The exit code of the master, the signal that it died of, or that it is still there. */
  async end(limitMs = END_LIMIT_MS): Promise<number | string> {
    await this.within(limitMs, () => this.#exit !== undefined);
    return this.#exit ?? 'still there';
  }

  async stop(): Promise<number | string> {
    this.signal('SIGTERM');
    return this.end();
  }

  /** How many processes are left of the master and all that it started, once that number is 0 or has had its time. */
  async left(): Promise<number> {
    await this.within(LEFT_LIMIT_MS, () => this.leftNow() === 0);
    return this.leftNow();
  }

  leftNow(): number {
    return processesBelow(this.directory).length;
  }

  /** Empty when there is no such file. */
  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  /** Lines that workers have noted. */
  notes(name: string): readonly string[] {
    return this.read(name).split('\n').filter(Boolean);
  }

  /** What the master, and what it forks before that is another program, told the system's log: the texts alone. */
  said(): readonly string[] {
    return this.notes('syslog').map((line) => line.replace(SYSLOG_HEAD, ''));
  }

  async noted(name: string, line: string, times = 1): Promise<void> {
    const seen = () => this.notes(name).filter((one) => one === line).length;
    await this.until(`${times} times "${line}" in ${name}`, () => seen() >= times);
  }

  /** Waits for what both masters must do; fails when they do not. */
  async until(what: string, look: () => boolean): Promise<void> {
    await until(`${this.side}: ${what}`, look, () => this.explain());
  }

  /** Waits for what one of them may never do: did it, in this time? */
  async within(limitMs: number, look: () => boolean): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    while (!look()) {
      if (performance.now() > deadline) return false;
      await delay(LOOK_AGAIN_MS);
    }
    return true;
  }

  /** A while in which something must not happen. */
  async pause(ms: number): Promise<void> {
    await delay(ms);
  }

  explain(): string {
    const log = this.read('master.log') + this.read('syslog');
    return `exit ${this.#exit}, children ${childrenOf(this.pid)}\n${log.slice(-LOG_TAIL_CHARACTERS)}`;
  }

  /** Nobody and nothing is left. */
  async clear(): Promise<void> {
    for (const guest of this.#guests) guest.leave();
    const deadline = performance.now() + END_LIMIT_MS;
    while (this.leftNow() > 0 && performance.now() < deadline) {
      for (const pid of processesBelow(this.directory)) endProcess(pid);
      await delay(LOOK_AGAIN_MS);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
