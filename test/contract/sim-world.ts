// The world of the port contract on the simulator: the same cases in virtual time. Looks into the rooms of src/os/sim
// as linux-world.ts looks into /proc. Used by sim.test.ts; each case gets a machine of its own.

import { entropy } from '../../src/lib/entropy.ts';
import type { Address, Errno, Fd, ListenOutcome } from '../../src/os/os.ts';
import { Client } from '../../src/os/sim/client.ts';
import { DatagramSocket } from '../../src/os/sim/datagrams.ts';
import { Inheritance } from '../../src/os/sim/inheritance.ts';
import { Listener } from '../../src/os/sim/listeners.ts';
import { Machine } from '../../src/os/sim/machine.ts';
import type { SimOptions } from '../../src/os/sim/options.ts';
import { node } from '../../src/os/sim/paths.ts';
import { createPort } from '../../src/os/sim/port.ts';
import { Seat } from '../../src/os/sim/seat.ts';
import { WallClock } from '../../src/os/sim/wall-clock.ts';
import { programAt, requestOf } from './sim-programs.ts';
import { type TrackedOs, tracked } from './tracked-os.ts';
import type { Become, InheritedSocket, World } from './world.ts';

const DIRECTORY = '/tmp/contract';
const START_WALL_MS = Date.UTC(2026, 0, 5, 12, 0, 0, 250);
const BACKLOG_MOST = 4096;
const DESCRIPTORS_MOST = 1024;
const SIGNAL_PAUSE_MS = 10;

export function makeSimWorld(): World {
  const limits = { descriptorsMost: DESCRIPTORS_MOST };
  const machine = new Machine(optionsWith(limits));
  machine.paths.make(DIRECTORY, node('directory', 0o755));
  const seat = new Seat(machine, new Inheritance());
  const wallClock = new WallClock(START_WALL_MS, machine.timeline.now);
  const { os, dispose } = tracked(createPort(seat, wallClock));
  const path = (name: string) => `${DIRECTORY}/${name}`;
  return {
    os,
    skips: {
      'an owner that we may not give is an error and leaves no path': 'root may give any owner',
      'a symbolic link is not followed': 'the simulated file system has none',
    },
    program: (name) => requestOf(name, DIRECTORY),
    ...processesOf(machine),
    ...descriptorsOf(seat, limits),
    wake: () => seat.wake.set(),
    interrupt: () => interrupt(seat),
    ...networkOf(machine),
    listenAsHeir: (given, asked) => listenAsHeir(machine, os, seat, given, asked),
    path,
    ...pathsOf(machine),
    becomeAnother: () => becomeAnother(machine),
    dispose,
  };
}

function optionsWith(limits: { descriptorsMost: number }): SimOptions {
  return {
    entropy: entropy('contract'),
    exec: ({ path }) => programAt(path),
    interruptions: 'linux',
    observer: {},
    startWallMs: START_WALL_MS,
    timezone: 'Europe/Berlin',
    somaxconn: BACKLOG_MOST,
    pidMost: 200,
    pipeBytes: 65_536,
    get descriptorsMost() {
      return limits.descriptorsMost;
    },
    callMs: () => 0.002,
    spawnMs: () => 0.2,
    execMs: () => 0.5,
    callsPerTurnMost: Number.POSITIVE_INFINITY,
    tracing: false,
  };
}

function processesOf(machine: Machine) {
  const { processes } = machine;
  return {
    view: (pid) => {
      const process = processes.get(pid);
      if (process === undefined) throw new Error(`no process ${pid}`);
      const descriptors = [...process.table.entries()].map(([fd, file]) => [fd, file.description]);
      const ignored = [...process.dispositions.values()].filter((each) => each === 'ignore');
      return {
        descriptors: Object.fromEntries(descriptors) as Record<number, string>,
        ignoredSignals: BigInt(ignored.length),
        // The simulated kernel has no masks.
        blockedSignals: 0n,
        processGroup: process.group,
        directory: process.request.cwd ?? '/',
      };
    },
    stateOf: (pid) => {
      const state = processes.get(pid)?.state ?? 'reaped';
      return state === 'reaped' ? 'gone' : state;
    },
    children: () => [...processes.children].map(({ pid }) => pid),
  } satisfies Partial<World>;
}

function descriptorsOf(seat: Seat, limits: { descriptorsMost: number }) {
  const { table } = seat;
  return {
    describe: (fd) => seat.file(fd).description,
    descriptorCount: () => table.count,
    isBlocking: (fd) => {
      const file = seat.file(fd);
      return !(file instanceof Listener) || file.blocking;
    },
    withoutDescriptors: (action) => {
      const before = limits.descriptorsMost;
      limits.descriptorsMost = table.lowestFree;
      try {
        action();
      } finally {
        limits.descriptorsMost = before;
      }
    },
    write: (fd, bytes) => seat.file(fd).write(bytes),
  } satisfies Partial<World>;
}

/** Signals come many times a second, as long as somebody lets time pass. */
function interrupt(seat: Seat): { stop(): void } {
  const { timeline } = seat.machine;
  let stopped = false;
  const sender = {
    happen: () => {
      if (stopped) return;
      seat.signal();
      timeline.at(timeline.now + SIGNAL_PAUSE_MS, sender);
    },
  };
  sender.happen();
  return {
    stop: () => {
      stopped = true;
    },
  };
}

function networkOf(machine: Machine) {
  return {
    connect: (address) => {
      const connection = connectTo(machine, address);
      if (typeof connection === 'string') throw new Error(`cannot connect: ${connection}`);
      return connection;
    },
    connectError: (address) => {
      const connection = connectTo(machine, address);
      if (typeof connection === 'string') return connection;
      connection.close();
      return undefined;
    },
    sendDatagram: (address, bytes) => {
      const found = machine.bindings.reach(address);
      if (!(found instanceof DatagramSocket)) throw new Error(`cannot send to ${JSON.stringify(address)}`);
      found.deliver(bytes);
    },
    backlogMost: BACKLOG_MOST,
  } satisfies Partial<World>;
}

/** A client of the simulator that stays until it is told to go. */
function connectTo(machine: Machine, address: Address): { close(): void } | Errno {
  if (address.transport === 'datagram') return datagramError(machine, address) ?? { close: () => undefined };
  let outcome: { close(): void } | Errno = 'EINPROGRESS';
  new Client(machine, 'client').start(function* (self) {
    const woken = yield { kind: 'connect', address, limitMs: 1 };
    if (woken.kind === 'connected') outcome = { close: () => self.close(woken.fd) };
    else if (woken.kind === 'failed') outcome = woken.errno;
    yield { kind: 'forever' };
    return 0;
  }, entropy('client'));
  settle(machine);
  return outcome;
}

/** connect(2) of a datagram socket asks only who is there. */
function datagramError(machine: Machine, address: Address): Errno | undefined {
  const found = machine.bindings.reach(address);
  return typeof found === 'string' ? found : undefined;
}

/** All that can happen without time passing. */
function settle({ timeline }: Machine): void {
  timeline.passTo(timeline.now);
}

/** A second master on the same machine, with the sockets as its own. */
function listenAsHeir(
  machine: Machine,
  os: TrackedOs,
  seat: Seat,
  given: readonly InheritedSocket[],
  asked: readonly InheritedSocket[],
): readonly ListenOutcome[] {
  const sockets = given.map(({ address, name }) => {
    const listener = seat.as(os.listenerAt(address), Listener, 'a listening socket');
    listener.blocking = false;
    return { listener, name };
  });
  const heir = createPort(
    new Seat(machine, new Inheritance(sockets)),
    new WallClock(START_WALL_MS, machine.timeline.now),
  );
  const outcomes = asked.map(({ address, name }) => heir.listen(address, { backlog: 33, name }));
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.ok) heir.closeListener(outcome.fd as Fd, asked[index]?.address as Address);
  }
  return outcomes;
}

function pathsOf({ paths }: Machine) {
  return {
    makeFile: (path) => void paths.make(path, node('file', 0o644)),
    makeDirectory: (path) => void paths.make(path, node('directory', 0o755)),
    makeStaleSocket: (path) => void paths.make(path, node('socket', 0o755)),
    readText: (path) => paths.look(path)?.text ?? '',
    makeLink: () => undefined,
    unlink: (path) => paths.remove(path),
    look: (path) => {
      const found = paths.look(path);
      return found && { kind: found.kind, mode: found.mode, uid: found.uid };
    },
  } satisfies Partial<World>;
}

/** A master of its own, for the one of the case must stay who it is. */
function becomeAnother(machine: Machine): Become {
  const seat = new Seat(machine, new Inheritance());
  const other = createPort(seat, new WallClock(START_WALL_MS, machine.timeline.now));
  const outcome = other.becomeUser({ name: 'contract', uid: 105, gid: 8 });
  const path = `${DIRECTORY}/his.sock`;
  other.listen({ family: 'unix', transport: 'stream', path }, { backlog: 5, name: 'x' });
  const low = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 807 } as const;
  return {
    outcome,
    uid: seat.uid,
    ownerOfSocket: machine.paths.look(path)?.uid,
    lowPort: other.listen(low, { backlog: 5, name: 'x' }).ok,
    back: other.becomeUser({ name: 'root', uid: 0, gid: 0 }),
  };
}
