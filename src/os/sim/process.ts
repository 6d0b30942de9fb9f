// One process: what it has open, which signals it handles, how it ends. A signal arrives a moment after it was sent, and
// an end takes a moment: its descriptors are closed first, and only then can it be waited for, as on Linux.

import type { Entropy } from '../../lib/entropy.ts';
import type { Fd, SpawnRequest } from '../os.ts';
import { Actor, type Ending } from './actors.ts';
import { DatagramSocket } from './datagrams.ts';
import type { DescriptorTable, OpenFile } from './files.ts';
import type { Machine } from './machine.ts';
import type { ChildView } from './observer.ts';
import { Pidfd } from './pidfd.ts';
import { PipeEnd } from './pipes.ts';
import type { Disposition, Program } from './program.ts';
import type { Happening } from './timeline.ts';
import { saidText, unitText } from './trace.ts';
import { createUserland } from './userland.ts';

/** signal(7): what these do when nobody has said anything. */
const HARMLESS: ReadonlySet<string> = new Set(['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH']);

/** From kill(2) until the process feels it, ms. */
const SIGNAL_LEAST_MS = 0.005;
const SIGNAL_MOST_MS = 0.06;
/** From the closing of its descriptors until it can be waited for, ms. */
const EXIT_LEAST_MS = 0;
const EXIT_MOST_MS = 0.05;

interface Birth {
  readonly pid: number;
  readonly group: number;
  readonly parent: Process | 'master' | 'init';
  /** 0: not spawned by the master. */
  readonly serial: number;
  readonly request: SpawnRequest;
  readonly table: DescriptorTable;
  readonly foreign?: boolean;
}

export class Process extends Actor implements ChildView {
  readonly pid: number;
  readonly group: number;
  parent: Process | 'master' | 'init';
  readonly children = new Set<Process>();
  readonly serial: number;
  readonly request: SpawnRequest;
  readonly foreign: boolean;
  readonly pidfd: Pidfd;
  readonly spawnedAt: number;
  readonly title: string;
  readonly dispositions = new Map<string, Disposition>();
  state: ChildView['state'] = 'alive';
  how: Ending | undefined;
  endedAt: number | undefined;
  /** What it began with: the pipes are to be looked into after its end, too. */
  readonly #given: ReadonlyMap<Fd, OpenFile>;
  readonly #notify: OpenFile | undefined;
  #pending: string[] = [];
  #forks = 0;
  readonly #streamName: string;
  /** How soon a signal arrives, how long its end takes. */
  readonly #draws: Entropy;
  readonly #signalled: Happening = { happen: () => this.#feel() };
  readonly #exited: Happening = { happen: () => this.#exit() };

  constructor(machine: Machine, { pid, group, parent, serial, request, table, foreign }: Birth) {
    super(machine, table);
    this.pid = pid;
    this.group = group;
    this.parent = parent;
    this.serial = serial;
    this.request = request;
    this.foreign = foreign ?? false;
    this.spawnedAt = machine.timeline.now;
    this.title = `pid ${pid} (${unitText(request)})`;
    this.pidfd = new Pidfd(this);
    this.#given = new Map(table.entries());
    this.#notify = machine.paths.look(variable(request, 'NOTIFY_SOCKET') ?? '')?.socket;
    this.#streamName =
      typeof parent === 'string'
        ? `process/${serial > 0 ? serial : `foreign-${pid}`}`
        : `${parent.#streamName}/fork-${parent.#forks}`;
    this.#draws = machine.options.entropy.stream(`${this.#streamName}/scheduler`);
  }

  get ending(): string | undefined {
    if (this.state === 'alive' || this.how === undefined) return undefined;
    return this.how.kind === 'exited' ? `exit ${this.how.code}` : `signal ${this.how.signal}`;
  }

  unread(fd: Fd): number {
    const file = this.#given.get(fd);
    if (file instanceof PipeEnd) return file.pipe.buffer.bytes;
    return file instanceof DatagramSocket ? file.waiting : 0;
  }

  unreadNotifications(): number {
    return this.#notify instanceof DatagramSocket ? this.#notify.waiting : 0;
  }

  start(program: Program, afterMs: number): void {
    const draws = this.machine.options.entropy.stream(this.#streamName);
    this.begin(program, createUserland(this.machine, this, draws, this), afterMs);
  }

  /** A child that shares all descriptors and the group; its dispositions are the same. */
  fork(pid: number): Process {
    this.#forks += 1;
    const { group, request, table, machine } = this;
    const child = new Process(machine, { pid, group, parent: this, serial: 0, request, table: table.copy() });
    for (const [signal, disposition] of this.dispositions) child.dispositions.set(signal, disposition);
    this.children.add(child);
    return child;
  }

  override wrote(fd: Fd, bytes: Uint8Array): void {
    if (this.machine.tracing) this.machine.trace(`${this.title} says ${saidText(this.pid, fd, bytes)}`);
    if (this.serial > 0) this.machine.observer.wrote?.(this, fd, bytes);
  }

  /** It has sent a datagram. */
  notified(path: string, bytes: Uint8Array): void {
    if (this.serial === 0 || path !== variable(this.request, 'NOTIFY_SOCKET')) return;
    if (this.machine.tracing)
      this.machine.trace(`${this.title} notifies ${saidText(this.pid, undefined, bytes)}`);
    this.machine.observer.notified?.(this, bytes);
  }

  /** kill(2). A zombie feels nothing. */
  signal(signal: string): void {
    if (this.how !== undefined || this.#pending.includes(signal)) return;
    this.#pending.push(signal);
    if (this.#pending.length > 1) return;
    const { timeline } = this.machine;
    timeline.at(timeline.now + this.#draws.between(SIGNAL_LEAST_MS, SIGNAL_MOST_MS), this.#signalled);
  }

  #feel(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.includes('SIGKILL')) this.ended({ kind: 'killed', signal: 'SIGKILL' });
    for (const signal of pending) {
      if (this.how !== undefined) return;
      const disposition = this.dispositions.get(signal) ?? 'default';
      if (typeof disposition === 'function') this.interrupt(signal, disposition);
      else if (disposition === 'default' && !HARMLESS.has(signal)) this.ended({ kind: 'killed', signal });
    }
  }

  protected override ended(ending: Ending): void {
    if (this.how !== undefined) return;
    this.how = ending;
    this.halt();
    this.table.closeAll();
    const { timeline } = this.machine;
    timeline.at(timeline.now + this.#draws.between(EXIT_LEAST_MS, EXIT_MOST_MS), this.#exited);
  }

  #exit(): void {
    this.state = 'zombie';
    this.endedAt = this.machine.timeline.now;
    if (this.machine.tracing) this.machine.trace(`${this.title} has ended: ${this.ending}`);
    this.machine.processes.ended(this);
    if (this.serial > 0) this.machine.observer.ended?.(this);
    this.pidfd.stir();
  }
}

function variable({ environment }: SpawnRequest, name: string): string | undefined {
  return environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}
