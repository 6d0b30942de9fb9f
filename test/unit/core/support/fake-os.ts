// A scripted world behind the Os port: a virtual clock, processes that do what the test says, listeners whose
// queues the test sets. poll() returns what is ready or moves the clock to the deadline; nothing waits for real.
// Descriptor numbers are never reused, so that a leak or a second close is found (see `leaks`).

import { strict as assert } from 'node:assert';
import { nextOccurrence } from '../../../../src/os/calendar.ts';
import type {
  Address,
  Errno,
  Fd,
  ListenOptions,
  Os,
  Signal,
  SpawnRequest,
  User,
} from '../../../../src/os/os.ts';
import { FakeProcess, type Stream } from './fake-process.ts';

type Entry =
  | { readonly kind: 'reader' | 'notify'; readonly stream: Stream }
  | { readonly kind: 'writer'; readonly stream: Stream }
  | { readonly kind: 'process'; readonly process: FakeProcess }
  | { readonly kind: 'listener'; readonly listener: FakeListener }
  | { readonly kind: 'connection' };

export interface FakeListener {
  readonly fd: Fd;
  readonly address: Address;
  readonly options: ListenOptions;
  queue: number;
  /** Readable although nobody is queued: shut down by somebody who shares it. */
  hungUp: boolean;
  queueErrno: Errno | undefined;
  /** How often clients were to be refused. */
  refused: number;
  acceptErrno: Errno | undefined;
}

interface Action {
  readonly at: number;
  readonly act: () => void;
}

export class FakeOs implements Os {
  readonly wakeFd = 3;
  readonly epollFd = 4;
  clock = 10_000;
  /** What the wall clock is ahead of the monotonic one. */
  wallAheadMs = Date.UTC(2026, 0, 5, 12, 0, 0) - 10_000;
  readonly processes: FakeProcess[] = [];
  readonly listeners: FakeListener[] = [];
  readonly polls: { readonly fds: readonly Fd[]; readonly timeoutMs: number; readonly at: number }[] = [];
  readonly accepted: Fd[] = [];
  /** Called for every process that is spawned. */
  onSpawn: (process: FakeProcess) => void = () => {};
  /** Asked before every spawn: an error makes it fail. */
  spawnError: (request: SpawnRequest) => { errno: Errno; stage: 'fork' | 'exec' } | undefined = () =>
    undefined;
  /** Asked before every open of a pipe or notify socket. */
  openError: () => Errno | undefined = () => undefined;
  becomeErrno: Errno | undefined;
  /** Whom the master became, and what there was by then. */
  readonly became: { readonly user: User; readonly listeners: number; readonly processes: number }[] = [];
  listenErrno: (address: Address) => Errno | undefined = () => undefined;
  /** So many polls are interrupted. */
  interruptions = 0;
  pollErrno: Errno | undefined;
  /** What lives in a process group beside its leader. */
  readonly leftBehind = new Map<number, FakeProcess[]>();
  /** What a signal to such a process comes to. */
  strangerErrno: Errno | undefined;
  /** Exits of which epoll says nothing. */
  readonly silentExits = new Set<FakeProcess>();
  /** poll() does not move the clock past this. */
  stopAt = Number.POSITIVE_INFINITY;
  somaxconn = 4096;
  cron: (pattern: string, after: number) => number | undefined = nextOccurrence;

  readonly #open = new Map<Fd, Entry>();
  readonly #epoll = new Map<Fd, number>();
  readonly #actions: Action[] = [];
  #lastFd = 10;
  #lastPid = 100;
  #wake = false;

  now(): number {
    return this.clock;
  }
  wallClock(): number {
    return this.clock + this.wallAheadMs;
  }
  nextOccurrence(pattern: string, afterWallMs: number): number | undefined {
    return this.cron(pattern, afterWallMs);
  }

  /** Does `act` when the clock has come to `afterMs` from now. */
  after(afterMs: number, act: () => void): void {
    this.#actions.push({ at: this.clock + afterMs, act });
    this.#actions.sort((first, second) => first.at - second.at);
  }

  poll(fds: readonly Fd[], timeoutMs: number): ReturnType<Os['poll']> {
    if (fds.includes(this.epollFd)) this.polls.push({ fds, timeoutMs, at: this.clock });
    for (const fd of fds)
      assert.ok(fd === this.wakeFd || fd === this.epollFd || this.#open.has(fd), `fd ${fd} is open`);
    if (this.interruptions > 0) {
      this.interruptions -= 1;
      return { kind: 'interrupted' };
    }
    if (this.pollErrno !== undefined && fds.length > 0) return { kind: 'failed', errno: this.pollErrno };
    const deadline = Math.min(this.clock + Math.ceil(timeoutMs), this.stopAt);
    for (;;) {
      this.#actUntil(this.clock);
      const readable = fds.filter((fd) => this.#readable(fd));
      if (readable.length > 0) return { kind: 'ready', fds: readable };
      if (this.clock >= deadline) return { kind: 'timeout' };
      this.clock = Math.min(deadline, this.#actions[0]?.at ?? Number.POSITIVE_INFINITY);
    }
  }

  #actUntil(time: number): void {
    while (this.#actions[0] !== undefined && this.#actions[0].at <= time) this.#actions.shift()?.act();
  }

  #readable(fd: Fd): boolean {
    if (fd === this.wakeFd) return this.#wake;
    if (fd === this.epollFd) return this.epollReady(1).length > 0;
    const entry = this.#open.get(fd);
    if (entry === undefined || entry.kind === 'connection' || entry.kind === 'writer') return false;
    if (entry.kind === 'listener') return entry.listener.queue > 0 || entry.listener.hungUp;
    if (entry.kind === 'process') return entry.process.ending !== undefined;
    return entry.stream.chunks.length > 0 || entry.stream.ended;
  }

  wake(): void {
    this.#wake = true;
  }
  clearWake(): void {
    this.#wake = false;
  }

  epollAdd(fd: Fd, tag: number): void {
    assert.ok(this.#open.has(fd) && !this.#epoll.has(fd), `fd ${fd} enters epoll once`);
    this.#epoll.set(fd, tag);
  }
  epollRemove(fd: Fd): void {
    assert.ok(this.#epoll.delete(fd), `fd ${fd} stands in epoll`);
  }
  epollReady(max: number): readonly number[] {
    const tags: number[] = [];
    for (const [fd, tag] of this.#epoll) {
      const entry = this.#open.get(fd);
      if (entry?.kind === 'process' && this.silentExits.has(entry.process)) continue;
      if (tags.length < max && this.#readable(fd)) tags.push(tag);
    }
    return tags;
  }

  openChannel(): ReturnType<Os['openChannel']> {
    return this.#openPipe();
  }
  openOutput(): ReturnType<Os['openOutput']> {
    return this.#openPipe();
  }
  #openPipe(): ReturnType<Os['openChannel']> {
    const errno = this.openError();
    if (errno !== undefined) return { ok: false, errno };
    const stream: Stream = { chunks: [], ended: false };
    return {
      ok: true,
      read: this.#enter({ kind: 'reader', stream }),
      write: this.#enter({ kind: 'writer', stream }),
    };
  }
  openNotify(): ReturnType<Os['openNotify']> {
    const errno = this.openError();
    if (errno !== undefined) return { ok: false, errno };
    const fd = this.#enter({ kind: 'notify', stream: { chunks: [], ended: false } });
    return { ok: true, fd, path: `/run/notify-${fd}` };
  }
  closeNotify(fd: Fd, path: string): void {
    assert.equal(path, `/run/notify-${fd}`);
    this.close(fd);
  }
  #enter(entry: Entry): Fd {
    this.#lastFd += 1;
    this.#open.set(this.#lastFd, entry);
    return this.#lastFd;
  }

  read(fd: Fd, maxBytes: number): ReturnType<Os['read']> {
    const entry = this.#open.get(fd);
    assert.ok(entry?.kind === 'reader' || entry?.kind === 'notify', `fd ${fd} can be read`);
    const { stream } = entry;
    if (stream.chunks.length === 0) {
      return stream.ended && entry.kind === 'reader' ? { kind: 'end' } : { kind: 'empty' };
    }
    if (entry.kind === 'notify') return { kind: 'data', bytes: stream.chunks.shift() ?? new Uint8Array(0) };
    const all = Uint8Array.from(stream.chunks.splice(0).flatMap((chunk) => [...chunk]));
    if (all.length > maxBytes) stream.chunks.push(all.slice(maxBytes));
    return { kind: 'data', bytes: all.slice(0, maxBytes) };
  }
  lockFile(): ReturnType<Os['lockFile']> {
    return { ok: true, fd: this.#enter({ kind: 'connection' }) };
  }
  becomeUser(user: User): ReturnType<Os['becomeUser']> {
    const errno = this.becomeErrno;
    if (errno === undefined)
      this.became.push({ user, listeners: this.listeners.length, processes: this.processes.length });
    return errno ?? 'done';
  }
  close(fd: Fd): void {
    assert.ok(!this.#epoll.has(fd), `fd ${fd} leaves epoll before it is closed`);
    assert.ok(this.#open.delete(fd), `fd ${fd} is closed once`);
  }

  spawn(request: SpawnRequest): ReturnType<Os['spawn']> {
    const error = this.spawnError(request);
    if (error) return { kind: 'failed', ...error };
    this.#lastPid += 1;
    const streams = request.descriptors.map((fd) => this.#streamOf(fd));
    const notifyPath = request.environment.find((line) => line.startsWith('NOTIFY_SOCKET='));
    const notifyFd = notifyPath === undefined ? undefined : Number(notifyPath.split('-').at(-1));
    const process = new FakeProcess(this.#lastPid, request, streams, this.#streamOf(notifyFd ?? 'null'));
    this.processes.push(process);
    const pidfd = this.#enter({ kind: 'process', process });
    this.onSpawn(process);
    return { kind: 'spawned', pid: process.pid, pidfd };
  }
  #streamOf(fd: Fd | 'null'): Stream | undefined {
    if (fd === 'null') return undefined;
    const entry = this.#open.get(fd);
    assert.ok(entry, `fd ${fd} is open when it is given to a child`);
    return 'stream' in entry ? entry.stream : undefined;
  }
  wait(pidfd: Fd): ReturnType<Os['wait']> {
    const { ending } = this.#process(pidfd);
    if (ending === undefined) return { kind: 'running' };
    this.#process(pidfd).reaped = true;
    return ending;
  }
  signal(pidfd: Fd, signal: Signal): 'sent' | Errno {
    const process = this.#process(pidfd);
    if (this.strangerErrno !== undefined && !this.processes.includes(process)) return this.strangerErrno;
    return process.receive(signal) ? 'sent' : 'ESRCH';
  }
  signalGroup(pid: number, signal: Signal): 'sent' | Errno {
    const process = this.processes.find((candidate) => candidate.pid === pid);
    assert.ok(process && !process.reaped, `the group of pid ${pid} is signalled before it is reaped`);
    return process.receive(signal) ? 'sent' : 'ESRCH';
  }
  groupMembers(group: number): ReturnType<Os['groupMembers']> {
    const living = this.leftBehind.get(group)?.filter(({ alive }) => alive) ?? [];
    return living.map((process) => ({ pid: process.pid, pidfd: this.#enter({ kind: 'process', process }) }));
  }
  /** Somebody whom a process of the group `group` has started. */
  leave(group: number): FakeProcess {
    this.#lastPid += 1;
    const request = { path: '/left', argv: ['left'], environment: [], descriptors: [] };
    const left = new FakeProcess(this.#lastPid, request, [], undefined);
    this.leftBehind.set(group, [...(this.leftBehind.get(group) ?? []), left]);
    return left;
  }
  #process(pidfd: Fd): FakeProcess {
    const entry = this.#open.get(pidfd);
    assert.ok(entry?.kind === 'process', `fd ${pidfd} is a pidfd`);
    return entry.process;
  }

  listen(address: Address, options: ListenOptions): ReturnType<Os['listen']> {
    const errno = this.listenErrno(address);
    if (errno !== undefined) return { ok: false, errno };
    const listener: FakeListener = {
      fd: this.#lastFd + 1,
      address,
      options,
      queue: 0,
      hungUp: false,
      queueErrno: undefined,
      refused: 0,
      acceptErrno: undefined,
    };
    const fd = this.#enter({ kind: 'listener', listener });
    this.listeners.push(listener);
    return {
      ok: true,
      fd,
      address,
      effectiveBacklog: Math.min(options.backlog, this.somaxconn),
      inherited: false,
    };
  }
  refuseClients(fd: Fd, address: Address): void {
    const listener = this.#listener(fd);
    assert.deepEqual(listener.address, address);
    listener.refused += 1;
  }
  closeListener(fd: Fd, address: Address): void {
    const index = this.listeners.findIndex((listener) => listener.fd === fd);
    assert.deepEqual(this.listeners[index]?.address, address);
    this.listeners.splice(index, 1);
    this.close(fd);
  }
  queue(fd: Fd): ReturnType<Os['queue']> {
    const listener = this.#listener(fd);
    if (listener.queueErrno !== undefined) return { ok: false, errno: listener.queueErrno };
    return { ok: true, length: listener.queue, limit: Math.min(listener.options.backlog, this.somaxconn) };
  }
  accept(fd: Fd): ReturnType<Os['accept']> {
    const listener = this.#listener(fd);
    if (listener.acceptErrno !== undefined) return { kind: 'failed', errno: listener.acceptErrno };
    if (listener.queue === 0) return { kind: 'empty' };
    listener.queue -= 1;
    const connection = this.#enter({ kind: 'connection' });
    this.accepted.push(connection);
    return { kind: 'accepted', fd: connection };
  }
  #listener(fd: Fd): FakeListener {
    const entry = this.#open.get(fd);
    assert.ok(entry?.kind === 'listener', `fd ${fd} is a listener`);
    return entry.listener;
  }

  /** What is still open, watched, or not reaped. Empty when the master has tidied up. */
  leaks(): string[] {
    return [
      ...[...this.#open].map(([fd, { kind }]) => `fd ${fd} (${kind}) is still open`),
      ...[...this.#epoll.keys()].map((fd) => `fd ${fd} is still in epoll`),
      ...this.processes.filter(({ reaped }) => !reaped).map(({ pid }) => `pid ${pid} was not reaped`),
    ];
  }
}
