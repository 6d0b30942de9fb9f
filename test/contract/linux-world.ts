// The world of the port contract on Linux: real processes (sh, sleep, env), real sockets on loopback, /proc.
// Used by linux.test.ts; each case gets a world of its own and a directory of its own, and leaves neither behind.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
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
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from '../../src/os/linux/structs.ts';
import type { Address, Errno, Fd, ListenOutcome, Os } from '../../src/os/os.ts';
import { tracked } from './tracked-os.ts';
import type { Client, InheritedSocket, ProcessView, Program, ProgramName, World } from './world.ts';

const HEIR = fileURLToPath(new URL('./fixtures/heir.ts', import.meta.url));
const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);
const SLEEP_STATE = 'S';

export function makeLinuxWorld(): World {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-'));
  const { os, dispose: endAll } = tracked(
    createLinuxOs({ runDirectory: directory, listenFds: { count: 0, names: [] } }),
  );
  const path = (name: string) => join(directory, name);
  const clients = new Set<Fd>();
  const closeClient = (fd: Fd) => {
    if (clients.delete(fd)) os.close(fd);
  };

  return {
    os,
    skips: skips(),
    program: (name) => program(name, directory),
    view,
    stateOf,
    describe: (fd) => readlinkSync(`/proc/self/fd/${fd}`),
    // One of them is the directory that is being read.
    descriptorCount: () => readdirSync('/proc/self/fd').length,
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
    makeFile: (file) => writeFileSync(file, 'a file\n'),
    makeDirectory: (name) => void mkdirSync(name),
    makeStaleSocket: (socketPath) => makeStaleSocket(os, socketPath),
    unlink: unlinkSync,
    look,
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
  }
  return reasons;
}

const SCRIPTS: Partial<Record<ProgramName, string>> = {
  'exit-3': 'exit 3',
  'exit-255': 'exit 255',
  'dies-by-sigsegv': 'kill -SEGV $$',
  'writes-to-channel': 'printf message! >&3',
  'leaves-a-child': 'sleep 60 & exit 0',
};

function program(name: ProgramName, directory: string): Program {
  const environment = ['PATH=/usr/bin:/bin'];
  const script = SCRIPTS[name];
  if (script !== undefined) return { path: '/bin/sh', argv: ['sh', '-c', script], environment };
  if (name === 'exit-0') return { path: '/bin/true', argv: ['true'], environment };
  if (name === 'sleeper') return { path: '/bin/sleep', argv: ['sleep', '60'], environment };
  if (name === 'tells-environment') return { path: '/usr/bin/env', argv: ['env'], environment };
  const file = join(directory, name);
  if (name === 'missing') return { path: file, argv: [name], environment };
  writeFileSync(file, 'no program\n');
  chmodSync(file, name === 'no-format' ? 0o755 : 0o644);
  return { path: name === 'below-a-file' ? join(file, 'program') : file, argv: [name], environment };
}

/** Waits until the program sleeps: before that, its loader has files open. */
function view(pid: number): ProcessView {
  let status = statusOf(pid);
  while (status('State')[0] !== SLEEP_STATE) status = statusOf(pid);
  const descriptors = readdirSync(`/proc/${pid}/fd`).map((fd) => [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)]);
  // proc(5): in stat, the name in brackets may hold anything; state, ppid and pgrp follow it.
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
  return {
    descriptors: Object.fromEntries(descriptors) as Record<number, string>,
    ignoredSignals: BigInt(`0x${status('SigIgn')}`),
    blockedSignals: BigInt(`0x${status('SigBlk')}`),
    processGroup: Number(afterName.split(' ')[2]),
    directory: readlinkSync(`/proc/${pid}/cwd`),
  };
}

function statusOf(pid: number): (field: string) => string {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (field) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
}

function stateOf(pid: number): 'alive' | 'zombie' | 'gone' {
  if (!existsSync(`/proc/${pid}`)) return 'gone';
  return statusOf(pid)('State')[0] === 'Z' ? 'zombie' : 'alive';
}

/** Lowers the limit to what is open, and fills the gaps below it. prlimit(1) is util-linux's. */
function withoutDescriptors(action: () => void): void {
  const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
  const setLimit = (soft: string) =>
    execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${soft}:`], { stdio: 'ignore' });
  const before = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? '';
  // Room for the pipes of the second execFileSync is there once the fillers are closed.
  setLimit(String(highest + 8));
  const fillers: number[] = [];
  try {
    for (;;) fillers.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: full.
  }
  try {
    action();
  } finally {
    for (const fd of fillers) closeSync(fd);
    setLimit(before);
  }
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
  const heir = os.spawn({
    path: process.execPath,
    argv: ['node', '--import', 'tsx', HEIR, JSON.stringify({ names, asked, resultPath })],
    environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
    descriptors: ['null', 'null', 2, ...given.map((socket) => os.listenerAt(socket.address))],
  });
  if (heir.kind !== 'spawned') throw new Error(`no heir: ${heir.errno}`);
  while (os.poll([heir.pidfd], 60_000).kind === 'interrupted');
  const end = os.wait(heir.pidfd);
  if (end.kind !== 'exited' || end.code !== 0) throw new Error(`the heir failed: ${JSON.stringify(end)}`);
  os.close(heir.pidfd);
  return JSON.parse(readFileSync(resultPath, 'utf8')) as ListenOutcome[];
}

function look(path: string): ReturnType<World['look']> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const kind = found.isSocket() ? 'socket' : found.isDirectory() ? 'directory' : 'file';
  return { kind, mode: found.mode & 0o777, uid: found.uid };
}
