// Anything may happen: fast-check draws what workers, clients, the kernel and the administrator do. After every
// turn the counts are the truth and maxchild holds; the loop never spins; when the world is well again every client
// is served; and at the end nothing is left (support/story.ts).

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ServiceSpec } from '../../../src/core/spec.ts';
import type { FakeProcess } from './support/fake-process.ts';
import { daemon, event, masterSpec, serviceAt } from './support/specs.ts';
import { World } from './support/story.ts';

const MAXCHILD = 6;

function specs(changed: boolean): readonly ServiceSpec[] {
  const limits = { maxchild: MAXCHILD, stoplimitMs: 2_000, startlimitMs: 3_000 };
  return [
    serviceAt('imap', changed ? 1143 : 143, { ...limits, prefork: 2, idlekillMs: 5_000, maxuse: 3 }),
    serviceAt('http', 80, { ...limits, protocol: 'systemd', prefork: 1, watchdogMs: changed ? 0 : 4_000 }),
    serviceAt('finger', 79, { ...limits, protocol: 'inetd', maxforkrate: 20 }),
    ...(changed ? [] : [serviceAt('lmtp', 24, { ...limits, failureRule: 'cyrus', babysit: true })]),
  ];
}

function spec(changed: boolean) {
  return masterSpec({
    services: specs(changed),
    daemons: [daemon({ stoplimitMs: 2_000 })],
    events: [event({ trigger: { kind: 'period', periodMs: 7_000 }, overlap: 'queue', limitMs: 9_000 })],
    startCap: { initial: 4, most: 8 },
  });
}

type Act = (world: World, pick: number) => void;

function someone(world: World, pick: number): FakeProcess | undefined {
  const living = world.os.processes.filter(({ alive }) => alive);
  return living[pick % Math.max(1, living.length)];
}
const to =
  (act: (process: FakeProcess) => void): Act =>
  (world, pick) => {
    const process = someone(world, pick);
    if (process) act(process);
  };

const ACTS: Record<string, Act> = {
  available: to((process) => process.say('available')),
  unavailable: to((process) => process.say('unavailable')),
  client: to((process) => process.takeClient()),
  multi: to((process) => process.say('connectionMulti')),
  garbage: to((process) => process.write(3, new Uint8Array(13).fill(9))),
  ready: to((process) => process.notify('READY=1\nSTATUS=fine')),
  stopping: to((process) => process.notify('STOPPING=1')),
  watchdog: to((process) => process.notify('WATCHDOG=1')),
  exit: to((process) => process.exit(0)),
  crash: to((process) => process.die('SIGSEGV')),
  print: to((process) => process.write(2, 'oh\n')),
  lateExit: (world, pick) => {
    const process = someone(world, pick);
    if (process) world.os.silentExits.add(process);
    process?.exit(0);
  },
  obey: to((process) => {
    process.onSignal = () => process.exit(75);
  }),
  clients: (world, pick) => {
    const listener = world.os.listeners[pick % 4];
    if (listener) listener.queue += pick % 11;
  },
  gone: (world, pick) => {
    const listener = world.os.listeners[pick % 4];
    if (listener) listener.queue = 0;
  },
  unreadable: (world, pick) => {
    const listener = world.os.listeners[pick % 4];
    if (listener) listener.queueErrno = listener.queueErrno ? undefined : 'EIO';
  },
  interrupt: (world, pick) => {
    world.os.interruptions = pick % 40;
  },
  eagain: (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
  },
  enoent: (world, pick) => {
    world.os.spawnError = () => (pick % 2 ? { errno: 'ENOENT', stage: 'exec' } : undefined);
  },
  emfile: (world) => {
    world.os.openError = () => 'EMFILE';
  },
  heal: (world) => heal(world),
  reload: (world, pick) => {
    world.command({ kind: 'reload', spec: spec(pick % 2 === 0) });
  },
  pause: (world) => {
    world.command({ kind: 'pause', service: 'imap' });
  },
  resume: (world) => {
    world.command({ kind: 'resume', service: 'imap' });
  },
  retire: (world, pick) => {
    world.command({ kind: 'retire', serial: pick, why: 'over maxrss' });
  },
  clockJump: (world, pick) => {
    world.os.wallAheadMs += (pick - 50) * 60_000;
  },
};

function heal(world: World): void {
  world.os.spawnError = () => undefined;
  world.os.openError = () => undefined;
  world.os.interruptions = 0;
  for (const listener of world.os.listeners) listener.queueErrno = undefined;
}

function check(world: World): void {
  for (const service of world.master.services) {
    const { workers, name } = service;
    const standing = Object.values(workers).flatMap((set) => [...set]);
    const living = new Set(world.os.processes.filter(({ reaped }) => !reaped).map(({ pid }) => pid));
    for (const { pid } of standing) assert.ok(living.has(pid), `${name}: ${pid} is in the books and lives`);
    if (service.kind === 'service') assert.ok(standing.length <= MAXCHILD, `${name} keeps maxchild`);
  }
  const unreaped = world.os.processes.filter(({ reaped }) => !reaped).length;
  assert.equal(world.master.roster.size, unreaped, 'the roster is the truth');
}

/** Good workers: each takes a queued client of its service, serves it, and takes the next. */
function behave(world: World, process: FakeProcess): void {
  const name = process.variable('CYRUS_SERVICE') ?? process.variable('LISTEN_FDNAMES');
  process.onSignal = () => process.exit(0);
  process.notify('READY=1');
  let busy = false;
  const look = () => {
    const listener = world.os.listeners.find(({ options }) => options.name === name);
    process.notify('WATCHDOG=1');
    if (busy) {
      process.say('available');
      busy = false;
    } else if (listener && listener.queue > 0) {
      listener.queue -= 1;
      process.takeClient();
      busy = true;
    } else if (process.request.path === '/bin/event' || name === undefined) return process.exit(0);
    if (process.alive) world.os.after(20, look);
  };
  world.os.after(20, look);
}

test('whatever happens: the books are right, the loop rests, and when all is well again every client is served', () => {
  const step = fc.record({
    act: fc.constantFrom(...Object.keys(ACTS)),
    pick: fc.nat(100),
    ms: fc.constantFrom(0, 0, 1, 30, 700, 3_000),
  });
  const property = fc.property(fc.array(step, { minLength: 5, maxLength: 120 }), (steps) => {
    const world = new World(spec(false));
    for (const { act, pick, ms } of steps) {
      ACTS[act]?.(world, pick);
      world.run(ms);
      check(world);
    }
    heal(world);
    world.command({ kind: 'resume', service: 'imap' });
    world.os.onSpawn = (process) => behave(world, process);
    for (const process of world.os.processes) if (process.alive) process.exit(0);
    for (const listener of world.os.listeners) listener.queue += 20;
    world.run(80_000);
    check(world);
    for (const { queue, options } of world.os.listeners) assert.equal(queue, 0, `${options.name} is served`);
    world.finish();
  });
  fc.assert(property, { numRuns: Number(process.env.STORMS ?? 30) });
});
