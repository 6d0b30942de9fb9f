// What a case of the port contract may do besides calling the port: the world around the master. Implemented by
// linux-world.ts with real processes and sockets, and by the simulator in virtual time; hence everything is
// synchronous, and a case waits by polling (waitUntil), never by a timer.

import assert from 'node:assert/strict';
import type { Address, Errno, Fd, ListenOutcome, Os, SpawnOutcome, SpawnRequest } from '../../src/os/os.ts';

export type ProgramName =
  | 'exit-0'
  | 'exit-3'
  | 'exit-255'
  /** Does nothing for a minute. */
  | 'sleeper'
  /** Ends itself by SIGSEGV. */
  | 'dies-by-sigsegv'
  /** Writes 'message!' to descriptor 3 and exits 0. */
  | 'writes-to-channel'
  /** Starts a sleeper that keeps its descriptors and its process group, and exits 0. */
  | 'leaves-a-child'
  /** Writes its environment to stdout, a variable per line, and exits 0. */
  | 'tells-environment'
  /** These cannot be executed: no such file; no permission; no known format; a file where a directory should be. */
  | 'missing'
  | 'not-executable'
  | 'no-format'
  | 'below-a-file';

export type Program = Pick<SpawnRequest, 'path' | 'argv' | 'environment'>;

/** What the kernel shows of a live child. */
export interface ProcessView {
  /** Its open descriptors, each described as by World.describe. */
  readonly descriptors: Readonly<Record<number, string>>;
  /** Bit n-1 is signal n. */
  readonly ignoredSignals: bigint;
  readonly blockedSignals: bigint;
  readonly processGroup: number;
  readonly directory: string;
}

export interface Client {
  close(): void;
}

export interface InheritedSocket {
  readonly address: Address;
  readonly name: string;
}

/** What came of it, and who he is then. */
export interface Become {
  readonly outcome: 'done' | Errno;
  readonly uid: number;
  /** Of a unix socket that he makes afterwards. */
  readonly ownerOfSocket: number | undefined;
  /** A port below 1024 could be bound. */
  readonly lowPort: boolean;
  /** What he is told when he wants to be root again. */
  readonly back: 'done' | Errno;
}

export interface World {
  readonly os: Os;
  /** Why a case cannot run in this world, by its name. */
  readonly skips: Readonly<Record<string, string>>;

  program(name: ProgramName): Program;
  view(pid: number): ProcessView;
  stateOf(pid: number): 'alive' | 'zombie' | 'gone';
  /** Pids of the master's children, zombies included. */
  children(): readonly number[];
  /** What a descriptor of the master refers to; equal for two that refer to the same. */
  describe(fd: Fd): string;
  descriptorCount(): number;
  isBlocking(fd: Fd): boolean;
  /** Runs `action` while the master cannot open one descriptor more. */
  withoutDescriptors(action: () => void): void;

  /** What a worker does with its end of a pipe. */
  write(fd: Fd, bytes: Uint8Array): number | Errno;
  /** What the plane does to wake the supervisor. */
  wake(): void;
  /** Signals hit the waiting master until `stop` is called. */
  interrupt(): { stop(): void };

  connect(address: Address): Client;
  /** The errno of a connection attempt; undefined when it succeeded. */
  connectError(address: Address): Errno | undefined;
  sendDatagram(address: Address, bytes: Uint8Array): void;
  /** net.core.somaxconn */
  readonly backlogMost: number;
  /** Another master, started with `given` at descriptors 3 and up and non-blocking, listens on `asked`. */
  listenAsHeir(
    given: readonly InheritedSocket[],
    asked: readonly InheritedSocket[],
  ): readonly ListenOutcome[];

  /** A path in a directory of this world's own; nothing is there yet. */
  path(name: string): string;
  makeFile(path: string): void;
  makeDirectory(path: string): void;
  /** A socket's path that nobody listens on any more. */
  makeStaleSocket(path: string): void;
  unlink(path: string): void;
  look(
    path: string,
  ):
    | { readonly kind: 'socket' | 'file' | 'directory'; readonly mode: number; readonly uid: number }
    | undefined;

  readText(path: string): string;
  makeLink(path: string, target: string): void;
  /** Another master, started by root, becomes user 105 of group 8, and tries what he may then. */
  becomeAnother(): Become;

  /** Ends every process and closes every descriptor that the case has left. */
  dispose(): void;
}

export interface Case {
  readonly name: string;
  readonly run: (world: World) => void;
}

/** Generous: a loaded machine may take seconds for what an idle one does in a millisecond. */
export const PATIENCE_MS = 20_000;

/** Polls until `condition` holds. */
export function waitUntil(world: World, what: string, condition: () => boolean): void {
  const deadline = world.os.now() + PATIENCE_MS;
  while (!condition()) {
    assert.ok(world.os.now() < deadline, `waited in vain: ${what}`);
    world.os.poll([], 2);
  }
}

export type Spawned = Extract<SpawnOutcome, { kind: 'spawned' }>;

export const NO_STDIO = ['null', 'null', 'null'] as const;

/** Spawns a program of this world; it must succeed. */
export function start(world: World, name: ProgramName, request: Partial<SpawnRequest> = {}): Spawned {
  const outcome = world.os.spawn({ ...world.program(name), descriptors: NO_STDIO, ...request });
  assert.equal(outcome.kind, 'spawned', JSON.stringify(outcome));
  return outcome as Spawned;
}

/** Waits for the end of a child, collects it and closes its pidfd. */
export function collect(world: World, child: Spawned): ReturnType<Os['wait']> {
  const outcome = world.os.poll([child.pidfd], PATIENCE_MS);
  assert.equal(outcome.kind, 'ready', JSON.stringify(outcome));
  const end = world.os.wait(child.pidfd);
  world.os.close(child.pidfd);
  return end;
}

/** The value of an outcome that must be a success. */
export function opened<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome as Extract<T, { readonly ok: true }>;
}

/** Reads whatever is there, until nothing is, or the end. */
export function readAll(world: World, fd: Fd): { text: string; ended: boolean } {
  let text = '';
  for (;;) {
    const outcome = world.os.read(fd, 4096);
    if (outcome.kind === 'data') text += Buffer.from(outcome.bytes).toString('latin1');
    else return { text, ended: outcome.kind === 'end' };
  }
}

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
