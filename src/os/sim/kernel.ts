// The simulated kernel: the port of one master and what can be done to its world from outside. Puts the rooms of this
// directory together; decides nothing itself. Called by the simulator's runner; the contract's world uses the rooms.

import { Client } from './client.ts';
import { DescriptorTable } from './files.ts';
import { Inheritance } from './inheritance.ts';
import { Machine } from './machine.ts';
import type { SimKernel, SimOptions } from './options.ts';
import { createPort } from './port.ts';
import type { Program } from './program.ts';
import { Seat } from './seat.ts';
import { WallClock } from './wall-clock.ts';

const FIRST_OF_ITS_OWN = 3;

export function createSimKernel(options: SimOptions): SimKernel {
  const machine = new Machine(options);
  const { timeline, processes } = machine;
  const seat = new Seat(machine, new Inheritance());
  const wallClock = new WallClock(options.startWallMs, timeline.now);
  const trace = (line: () => string) => {
    if (machine.tracing) machine.trace(line());
  };
  return {
    os: createPort(seat, wallClock),
    now: () => timeline.now,
    at: (atMs, act) => void timeline.at(atMs, { happen: act }),
    startClient: clients(machine),
    turnBegins: () => seat.turnBegins(),
    signalMaster: () => {
      trace(() => 'a signal hits the master');
      seat.signal();
    },
    wake: () => seat.wake.set(),
    jumpWallClock: (ms) => {
      trace(() => `the wall clock jumps by ${ms} ms`);
      wallClock.jump(ms);
    },
    stall: (ms) => {
      trace(() => `the master stands still for ${ms} ms`);
      seat.stall(ms);
    },
    kill: (pid, signal) => {
      const process = processes.get(pid);
      trace(() => `from outside: ${signal} to ${process?.title ?? `pid ${pid}`}`);
      process?.signal(signal);
    },
    startForeign: (ms) => startForeign(machine, ms),
    children: () => [...processes.children],
    living: () => processes.living,
    listeners: () => [...machine.listeners],
    connections: () => [...machine.connections],
    masterDescriptors: descriptors(seat),
    get calls() {
      return seat.calls;
    },
    get fullLooks() {
      return seat.fullLooks;
    },
    get busyMs() {
      return seat.busyMs;
    },
    listening: (address) => {
      const found = machine.bindings.reach(address);
      return typeof found !== 'string';
    },
  };
}

/** Two clients of one name draw differently; what others do shifts nothing in either. */
function clients(machine: Machine): SimKernel['startClient'] {
  const sameNames = new Map<string, number>();
  return (name, program) => {
    const before = sameNames.get(name) ?? 0;
    sameNames.set(name, before + 1);
    const draws = machine.options.entropy.stream(`client/${name}/${before}`);
    new Client(machine, name).start(program, draws);
  };
}

function startForeign(machine: Machine, ms: number): number {
  const program: Program = function* () {
    yield { kind: 'sleep', ms };
    return 0;
  };
  const request = { path: '/foreign', argv: ['foreign'], environment: [], descriptors: [] };
  const pid = machine.processes.startForeign(program, request, new DescriptorTable());
  return typeof pid === 'number' ? pid : 0;
}

/** Kept until a descriptor comes or goes. */
function descriptors(seat: Seat): () => ReadonlyMap<number, string> {
  let changes = -1;
  let known: ReadonlyMap<number, string> = new Map();
  return () => {
    if (changes === seat.table.changes) return known;
    changes = seat.table.changes;
    const own = [...seat.table.entries()].filter(([fd]) => fd >= FIRST_OF_ITS_OWN);
    known = new Map(own.map(([fd, file]) => [fd, file.description]));
    return known;
  };
}
