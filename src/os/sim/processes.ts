// The process table: pids, groups, parents, zombies. A pid comes back when nobody uses it: no process that lives or
// waits to be collected, and no group of that number with a member. Grandchildren go to init when their parent ends.

import type { Errno, SpawnRequest } from '../os.ts';
import type { Actor } from './actors.ts';
import type { DescriptorTable } from './files.ts';
import type { Machine } from './machine.ts';
import type { ChildView } from './observer.ts';
import { Process } from './process.ts';
import type { Program } from './program.ts';

/** 0 is nobody, 1 is init, or a master that is. */
const PID_FIRST = 2;

export class Processes {
  readonly #machine: Machine;
  readonly #byPid = new Map<number, Process>();
  readonly #groups = new Map<number, Set<Process>>();
  /** Of the master, unreaped, in the order of their spawns. */
  readonly #children = new Set<Process>();
  #lastPid = PID_FIRST - 1;
  #serial = 0;
  #living = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The next number of a spawn, also of one that fails. */
  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** undefined: every pid is taken. */
  nextPid(): number | undefined {
    const most = this.#machine.options.pidMost;
    for (let tried = PID_FIRST; tried <= most; tried += 1) {
      this.#lastPid = this.#lastPid >= most ? PID_FIRST : this.#lastPid + 1;
      if (!this.#byPid.has(this.#lastPid) && !this.#groups.has(this.#lastPid)) return this.#lastPid;
    }
    return undefined;
  }

  spawn(pid: number, serial: number, request: SpawnRequest, table: DescriptorTable): Process {
    const child = new Process(this.#machine, { pid, group: pid, parent: 'master', serial, request, table });
    this.#children.add(child);
    this.#enter(child);
    return child;
  }

  fork(parent: Process, program: Program): number | Errno {
    const pid = this.nextPid();
    if (pid === undefined) return 'EAGAIN';
    const child = parent.fork(pid);
    this.#enter(child);
    child.start(program, 0);
    return pid;
  }

  /** A process of somebody else; it ends by itself. */
  startForeign(program: Program, request: SpawnRequest, table: DescriptorTable): number | Errno {
    const pid = this.nextPid();
    if (pid === undefined) return 'EAGAIN';
    const birth = { pid, group: pid, parent: 'init', serial: 0, request, table, foreign: true } as const;
    const foreign = new Process(this.#machine, birth);
    this.#enter(foreign);
    foreign.start(program, 0);
    return pid;
  }

  #enter(process: Process): void {
    this.#byPid.set(process.pid, process);
    const group = this.#groups.get(process.group) ?? new Set();
    this.#groups.set(process.group, group.add(process));
    if (!process.foreign) this.#living += 1;
  }

  /** It has ended: a zombie until somebody collects it. Its own children are init's now. */
  ended(process: Process): void {
    if (!process.foreign) this.#living -= 1;
    for (const child of process.children) {
      child.parent = 'init';
      if (child.state === 'zombie') this.reap(child);
    }
    if (process.parent === 'init') this.reap(process);
  }

  reap(process: Process): void {
    process.state = 'reaped';
    this.#byPid.delete(process.pid);
    this.#children.delete(process);
    if (typeof process.parent !== 'string') process.parent.children.delete(process);
    const group = this.#groups.get(process.group);
    group?.delete(process);
    if (group?.size === 0) this.#groups.delete(process.group);
  }

  get(pid: number): Process | undefined {
    return this.#byPid.get(pid);
  }

  group(id: number): ReadonlySet<Process> | undefined {
    return this.#groups.get(id);
  }

  get children(): ReadonlySet<Process> {
    return this.#children;
  }

  get living(): number {
    return this.#living;
  }

  /** The actor, if the master has spawned it. */
  childOf(actor: Actor): ChildView | undefined {
    return actor instanceof Process && actor.serial > 0 ? actor : undefined;
  }
}
