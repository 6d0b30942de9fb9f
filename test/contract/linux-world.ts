// The world of the port contract on Linux: real processes (sh, sleep, env), real sockets on loopback, /proc.
// Used by linux.test.ts; each case gets a world of its own and a directory of its own, and leaves neither behind.

import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOMAINS, encodeAddress, TYPES } from '../../src/os/linux/addresses.ts';
import { lastErrno } from '../../src/os/linux/errno.ts';
import { createLinuxOs } from '../../src/os/linux/index.ts';
import { libc } from '../../src/os/linux/libc.ts';
import { F_GETFL, F_SETFL, O_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK } from '../../src/os/linux/structs.ts';
import type { Address, Errno, Fd, ListenOutcome, Os } from '../../src/os/os.ts';
import { children, program, stateOf, view, withoutDescriptors } from './linux-processes.ts';
import { tracked } from './tracked-os.ts';
import type { Become, Client, InheritedSocket, World } from './world.ts';

const HEIR = fileURLToPath(new URL('./fixtures/heir.ts', import.meta.url));
const CONVERT = fileURLToPath(new URL('./fixtures/convert.ts', import.meta.url));
const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);

/** But for files on disk: another thread of this process reads the sources of the tests, whenever it likes. */
function descriptorCount(): number {
  const isOfThePort = (name: string) => {
    try {
      return !/^\/(?!dev\/)/.test(readlinkSync(`/proc/self/fd/${name}`));
    } catch {
      // The one that this look itself had open.
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isOfThePort).length;
}

export function makeLinuxWorld(): World {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-'));
  const { os, dispose: endAll } = tracked(
    createLinuxOs({ runDirectory: directory, listenFds: { count: 0, names: [] } }),
  );
  const path = (name: string) => join(directory, name);
  const clients = new Set<Fd>();
  // The compiler behind tsx is a child of this process too.
  const foreign = new Set(children());
  const closeClient = (fd: Fd) => {
    if (clients.delete(fd)) os.close(fd);
  };

  return {
    os,
    skips: skips(),
    program: (name) => program(name, directory),
    view,
    stateOf,
    children: () => children().filter((pid) => !foreign.has(pid)),
    describe: (fd) => readlinkSync(`/proc/self/fd/${fd}`),
    // One of them is the directory that is being read.
    descriptorCount,
    isBlocking: (fd) => (libc.fcntl(fd, F_GETFL, 0) & O_NONBLOCK) === 0,
    withoutDescriptors,
    write: (fd, bytes) => errnoOr(libc.write(fd, bytes, bytes.length)),
    wake: () => void writeSync(os.wakeFd, WAKE),
    interrupt: () => interrupt(os),
    connect: (address) => {
      const fd = connectTo(address);
      if (typeof fd === 'string') throw new Error(`cannot connect: ${fd}`);
      clients.add(fd);
      return { close: () => closeClient(fd) } satisfies Client;
    },
    connectError: (address) => {
      const fd = connectTo(address);
      if (typeof fd === 'string') return fd;
      os.close(fd);
      return undefined;
    },
    sendDatagram: (address, bytes) => {
      const fd = connectTo(address);
      if (typeof fd === 'string') throw new Error(`cannot send: ${fd}`);
      libc.send(fd, bytes, bytes.length, 0);
      os.close(fd);
    },
    backlogMost: Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')),
    listenAsHeir: (given, asked) => listenAsHeir(os, path('heir.json'), given, asked),
    path,
    ...filesOf(os),
    becomeAnother: () => runFixture(os, CONVERT, [path('become.json')], []) as Become,
    dispose: () => {
      for (const fd of [...clients]) closeClient(fd);
      endAll();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function skips(): Record<string, string> {
  const isRoot = process.geteuid?.() === 0;
  const reasons: Record<string, string> = {};
  if (isRoot) {
    reasons['an owner that we may not give is an error and leaves no path'] = 'root may give any owner';
  } else {
    reasons['the owner of the path is the one asked for'] = 'only root may chown';
    reasons['the owner of a notify socket is the one that was asked for'] = 'only root may chown';
    reasons['root becomes a user: what he makes is his, low ports can be bound, and there is no way back'] =
      'only root may become another';
  }
  return reasons;
}

function filesOf(os: Os) {
  return {
    makeFile: (file) => writeFileSync(file, 'a file\n'),
    makeDirectory: (name) => void mkdirSync(name),
    makeStaleSocket: (socketPath) => makeStaleSocket(os, socketPath),
    unlink: unlinkSync,
    look,
    readText: (file) => readFileSync(file, 'utf8'),
    makeLink: (file, target) => symlinkSync(target, file),
  } satisfies Partial<World>;
}

/** A child that signals us many times a second; the handler is set once and stays, for late arrivals. */
function interrupt(os: Os): { stop(): void } {
  if (process.listenerCount('SIGUSR2') === 0) process.on('SIGUSR2', () => undefined);
  const script = 'while kill -USR2 $PPID; do sleep 0.01; done';
  const sender = os.spawn({
    path: '/bin/sh',
    argv: ['sh', '-c', script],
    environment: ['PATH=/usr/bin:/bin'],
    descriptors: ['null', 'null', 'null'],
  });
  if (sender.kind !== 'spawned') throw new Error(`no sender of signals: ${sender.errno}`);
  return {
    stop: () => {
      os.signalGroup(sender.pid, 'SIGKILL');
      while (os.poll([sender.pidfd], 1000).kind !== 'ready');
      os.wait(sender.pidfd);
      os.close(sender.pidfd);
    },
  };
}

function connectTo(address: Address): Fd | Errno {
  const name = encodeAddress(address);
  if (!name.ok) return name.errno;
  // Loopback answers at once; only a unix socket with a full queue would block.
  const flags = address.family === 'unix' ? SOCK_CLOEXEC | SOCK_NONBLOCK : SOCK_CLOEXEC;
  const fd = libc.socket(DOMAINS[address.family], TYPES[address.transport] | flags, 0);
  if (fd < 0) return lastErrno();
  if (libc.connect(fd, name.bytes, name.length) === 0) return fd;
  const errno = lastErrno();
  libc.close(fd);
  return errno;
}

function errnoOr(result: number): number | Errno {
  return result < 0 ? lastErrno() : result;
}

function makeStaleSocket(os: Os, path: string): void {
  const name = encodeAddress({ family: 'unix', transport: 'stream', path });
  const fd = libc.socket(DOMAINS.unix, TYPES.stream | SOCK_CLOEXEC, 0);
  if (!name.ok || libc.bind(fd, name.bytes, name.length) !== 0) throw new Error(`cannot bind ${path}`);
  os.close(fd);
}

/** Another node process with the sockets from descriptor 3 on: fixtures/heir.ts. */
function listenAsHeir(
  os: ReturnType<typeof tracked>['os'],
  resultPath: string,
  given: readonly InheritedSocket[],
  asked: readonly InheritedSocket[],
): readonly ListenOutcome[] {
  const names = given.map((socket) => socket.name);
  const sockets = given.map((socket) => os.listenerAt(socket.address));
  for (const fd of sockets) libc.fcntl(fd, F_SETFL, O_NONBLOCK);
  const errand = JSON.stringify({ names, asked, resultPath });
  return runFixture(os, HEIR, [resultPath, errand], sockets) as ListenOutcome[];
}

/** A node process of its own, which writes what it found to the path that is its first word. */
function runFixture(os: Os, script: string, words: readonly string[], descriptors: readonly Fd[]): unknown {
  const child = os.spawn({
    path: process.execPath,
    argv: ['node', '--import', 'tsx', script, ...words],
    environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
    descriptors: ['null', 'null', 2, ...descriptors],
  });
  if (child.kind !== 'spawned') throw new Error(`${script} did not start: ${child.errno}`);
  while (os.poll([child.pidfd], 60_000).kind === 'interrupted');
  const end = os.wait(child.pidfd);
  if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${script} failed: ${JSON.stringify(end)}`);
  os.close(child.pidfd);
  return JSON.parse(readFileSync(words[0] ?? '', 'utf8'));
}

function look(path: string): ReturnType<World['look']> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const kind = found.isSocket() ? 'socket' : found.isDirectory() ? 'directory' : 'file';
  return { kind, mode: found.mode & 0o777, uid: found.uid };
}
