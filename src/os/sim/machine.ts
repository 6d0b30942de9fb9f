// One simulated machine: its clock, its paths, its network, its processes, and what is told of them to the observer and
// the trace. What runs on it, a master and the clients of other machines, holds on to this.

import type { Errno } from '../os.ts';
import type { Actor } from './actors.ts';
import { Bindings } from './bindings.ts';
import type { Connection } from './connections.ts';
import { NullFile } from './files.ts';
import type { Listener } from './listeners.ts';
import type { ChildView, Observer } from './observer.ts';
import type { SimOptions } from './options.ts';
import { Paths } from './paths.ts';
import { Processes } from './processes.ts';
import { Timeline } from './timeline.ts';
import { addressText } from './trace.ts';

type Change = Parameters<NonNullable<Observer['connection']>>[1];

const DIRECTORIES = ['/run', '/tmp', '/var', '/var/lib', '/var/run'];

export class Machine {
  readonly options: SimOptions;
  readonly observer: Observer;
  readonly timeline = new Timeline();
  readonly paths: Paths;
  readonly bindings: Bindings;
  readonly processes: Processes;
  readonly listeners = new Set<Listener>();
  /** Of clients that are not over. */
  readonly connections = new Set<Connection>();
  readonly null = new NullFile();
  #files = 0;
  #connections = 0;

  constructor(options: SimOptions) {
    this.options = options;
    this.observer = options.observer;
    this.paths = new Paths([...DIRECTORIES, ...(options.directories ?? [])]);
    this.bindings = new Bindings(this.paths);
    this.processes = new Processes(this);
  }

  nextFile(): number {
    this.#files += 1;
    return this.#files;
  }

  nextConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  get tracing(): boolean {
    return this.options.tracing && this.observer.trace !== undefined;
  }

  /** Ask `tracing` first: a line that nobody reads is not worth its making. */
  trace(line: string): void {
    this.observer.trace?.(this.timeline.now, line);
  }

  opened(connection: Connection): void {
    this.connections.add(connection);
  }

  accepted(connection: Connection, by: Actor | 'master'): void {
    connection.acceptedAt = this.timeline.now;
    // One whose client has gone is over, whoever takes it.
    if (connection.state === 'queued') connection.state = 'accepted';
    const child = by === 'master' ? by : this.processes.childOf(by);
    this.#tell(connection, 'accepted', child);
    if (!this.tracing) return;
    this.trace(`${by === 'master' ? 'the master' : by.title} accepts client ${connection.client}`);
  }

  /** One of its ends is closed. */
  closed(connection: Connection): void {
    if (connection.state !== 'over') this.over(connection, 'closed');
  }

  /** `why`: what the client is told. */
  over(connection: Connection, change: Change, why?: Errno): void {
    connection.state = 'over';
    this.connections.delete(connection);
    this.#tell(connection, change, undefined);
    if (this.tracing) this.trace(`client ${connection.client} is over: ${why ?? change}`);
  }

  tell(connection: Connection, change: 'queued' | 'syn-dropped', listener: Listener): void {
    this.#tell(connection, change, undefined);
    if (!this.tracing) return;
    const waiting = `(${listener.queue.length} wait)`;
    const what = change === 'queued' ? 'is queued' : 'is not let in';
    this.trace(`client ${connection.client} ${what} at ${addressText(listener.address)} ${waiting}`);
  }

  #tell(connection: Connection, change: Change, by: ChildView | 'master' | undefined): void {
    this.observer.connection?.(connection, change, by);
  }
}
