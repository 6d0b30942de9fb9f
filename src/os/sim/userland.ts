// The system calls that a program makes without waiting, for a process or a client. What waits is in actors.ts.

import type { Entropy } from '../../lib/entropy.ts';
import type { Address, Errno, SpawnRequest } from '../os.ts';
import type { Actor } from './actors.ts';
import { DatagramSocket } from './datagrams.ts';
import { Listener } from './listeners.ts';
import type { Machine } from './machine.ts';
import type { Process } from './process.ts';
import type { Program, Userland } from './program.ts';
import { StreamEnd } from './streams.ts';

const NOBODY: SpawnRequest = { path: '', argv: [], environment: [], descriptors: [] };

/** `process` is undefined for a client. */
export function createUserland(machine: Machine, actor: Actor, draws: Entropy, process?: Process): Userland {
  const { argv, environment } = process?.request ?? NOBODY;
  return {
    pid: process?.pid ?? 0,
    argv,
    environment: variables(environment),
    entropy: draws,
    now: () => machine.timeline.now,
    orphaned: () => process?.parent === 'init',
    ...files(actor),
    ...sockets(machine, process),
    handle: (signal, disposition) => void process?.dispositions.set(signal, disposition),
    fork: (program: Program) => fork(machine, process, program),
  };
}

function variables(environment: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    environment.map((line) => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}

function files(actor: Actor) {
  const { table } = actor;
  return {
    write: (fd, bytes) => {
      const taken = table.get(fd)?.write(bytes) ?? 'EBADF';
      if (typeof taken === 'number' && taken > 0) actor.wrote(fd, bytes.slice(0, taken));
      return taken;
    },
    read: (fd, maxBytes) => table.get(fd)?.read(maxBytes) ?? { kind: 'failed', errno: 'EBADF' },
    close: (fd) => void table.close(fd),
    shutdown: (fd) => {
      const file = table.get(fd);
      if (file instanceof Listener || file instanceof StreamEnd) file.shutDown();
    },
    listen: (fd, backlog) => {
      const file = table.get(fd);
      if (file instanceof Listener) return file.listen(backlog);
      return file === undefined ? 'EBADF' : 'EOPNOTSUPP';
    },
  } satisfies Partial<Userland>;
}

function sockets(machine: Machine, process: Process | undefined) {
  const send = (address: Address, bytes: Uint8Array): 'sent' | Errno => {
    const found = machine.bindings.reach(address);
    if (typeof found === 'string') return found;
    return found instanceof DatagramSocket ? found.deliver(bytes) : 'EPROTOTYPE';
  };
  return {
    sendDatagram: (path, bytes) => {
      const outcome = send({ family: 'unix', transport: 'datagram', path }, bytes);
      if (outcome === 'sent') process?.notified(path, bytes);
      return outcome;
    },
    sendTo: (address, bytes) => send(address, bytes),
  } satisfies Partial<Userland>;
}

/** 0 when there is no pid for it. */
function fork(machine: Machine, process: Process | undefined, program: Program): number {
  const pid = process === undefined ? 'EPERM' : machine.processes.fork(process, program);
  return typeof pid === 'number' ? pid : 0;
}
