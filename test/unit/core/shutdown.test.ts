// How the master goes down: who is told in which order, what happens to those that stay, and that nothing is left.

import { strict as assert } from 'node:assert';
import type { FakeProcess } from './support/fake-process.ts';
import { daemon, event, job, service, serviceAt } from './support/specs.ts';
import { story, type World } from './support/story.ts';

/** Every process ends with `code` when it is asked to. */
function obedient(world: World, code = 75): void {
  world.os.onSpawn = (process) => obey(process, code);
  for (const process of world.os.processes) obey(process, code);
}
function obey(process: FakeProcess, code: number): void {
  process.onSignal = () => process.exit(code);
}

story(
  'a stop ends every worker by SIGTERM, closes the sockets, and answers when all have gone',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.run(1_000);
    const workers = world.processes();
    const id = world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.turn();
    assert.deepEqual(
      workers.map(({ signals }) => signals),
      [['SIGTERM'], ['SIGTERM']],
    );
    const listener = world.listener();
    assert.ok(listener.refused > 0);
    assert.equal(world.replies.length, 0);
    world.turns(2);
    assert.ok(listener.refused > 1, 'a worker on its way up might have opened it again');
    for (const worker of workers) worker.exit(75);
    world.turn();
    assert.equal(world.stopped, true);
    assert.equal(world.os.listeners.length, 0);
    assert.deepEqual(world.replies, [{ id, ok: true }]);
    assert.equal(world.told('stopped')[0]?.exitCode, 0);
  },
);

story(
  'workers are told before their socket is shut: one that only sees its accept fail exits as a failure',
  { services: [service({ prefork: 1 }), service({ name: 'two', prefork: 1 })] },
  (world) => {
    world.run(1_000);
    const refused: number[] = [];
    for (const process of world.os.processes) {
      process.onSignal = () => refused.push(...world.os.listeners.map((listener) => listener.refused));
    }
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.turn();
    assert.deepEqual(refused, [0, 0, 0, 0]);
    assert.ok(world.os.listeners.every((listener) => listener.refused > 0));
  },
);

story('a daemon is not started again in the last turn of a stop', { daemons: [daemon()] }, (world) => {
  obedient(world);
  world.run(1_000);
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  world.run(1_000);
  assert.equal(world.stopped, true);
  assert.equal(world.os.processes.length, 1);
});

story(
  'an idle master with nothing to end stops in the turn that is told to',
  { services: [service()] },
  (world) => {
    world.run(1_000);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.turn();
    assert.equal(world.stopped, true);
  },
);

story(
  'waiting daemons end last, and in the reverse order of their start',
  {
    services: [service({ prefork: 1 })],
    daemons: [daemon({ name: 'a', wait: true }), daemon({ name: 'b', wait: true }), daemon({ name: 'c' })],
  },
  (world) => {
    world.os.onSpawn = (process) => process.write(3, 'ok\r\n');
    world.run(1_000);
    const ended: string[] = [];
    for (const process of world.os.processes) {
      const name = process.variable('CYRUS_SERVICE') ?? '';
      process.onSignal = () => {
        ended.push(name);
        world.os.after(100, () => process.exit(0));
      };
    }
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.run(50);
    assert.deepEqual(ended.sort(), ['c', 'imap']);
    world.run(100);
    assert.deepEqual(ended.slice(2), ['b']);
    world.run(1_000);
    assert.deepEqual(ended.slice(2), ['b', 'a']);
    assert.equal(world.stopped, true);
  },
);

story(
  'a worker that stays is killed at its stop limit',
  {
    services: [service({ prefork: 1, stoplimitMs: 3_000 })],
  },
  (world) => {
    world.run(1_000);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.run(2_900);
    assert.equal(world.processes().length, 1);
    world.run(200);
    assert.equal(world.stopped, true);
    assert.equal(world.told('exited')[0]?.reason, 'stop-limit');
  },
);

story(
  'the shutdown limit kills what its own stop limit would let live',
  {
    services: [service({ prefork: 2, stoplimitMs: 300_000 })],
    daemons: [daemon({ wait: true, stoplimitMs: 300_000 })],
    shutdownlimitMs: 5_000,
  },
  (world) => {
    world.os.onSpawn = (process) => process.write(3, 'ok\r\n');
    world.run(1_000);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.run(4_900);
    assert.equal(world.stopped, false);
    world.run(200);
    assert.equal(world.stopped, true);
  },
);

story(
  'a second stop is refused, and with force it kills at once',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(1_000);
    const first = world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.turn();
    const second = world.ask({ kind: 'shutdown', reason: 'SIGTERM' });
    assert.equal(second.ok, false);
    const third = world.ask({ kind: 'shutdown', reason: 'SIGTERM', force: true });
    assert.equal(third.ok, true);
    world.turn();
    assert.equal(world.stopped, true);
    assert.ok(world.replies.some(({ id, ok }) => id === first && ok));
  },
);

story(
  'a stop while START is running ends the job and starts nothing more',
  {
    start: [job('recover'), job('migrate')],
    services: [service({ prefork: 1 })],
    daemons: [daemon()],
  },
  (world) => {
    obedient(world);
    world.run(1_000);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.run(1_000);
    assert.equal(world.stopped, true);
    assert.equal(world.os.processes.length, 1);
    assert.equal(world.told('start-failed').length, 0);
  },
);

story(
  'events and their queued runs end with the master',
  {
    events: [event({ overlap: 'queue', trigger: { kind: 'period', periodMs: 1_000 } })],
  },
  (world) => {
    world.run(5_500);
    obedient(world);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.run(1_000);
    assert.equal(world.stopped, true);
    assert.equal(world.os.processes.length, 1);
  },
);

story(
  'commands that come while it stops are answered',
  {
    services: [serviceAt('imap', 143, { prefork: 1 })],
  },
  (world) => {
    world.run(1_000);
    world.command({ kind: 'shutdown', reason: 'SIGTERM' });
    world.turn();
    assert.equal(world.ask({ kind: 'reload', spec: world.master.spec }).ok, false);
    const reply = world.ask({ kind: 'snapshot' });
    assert.ok(reply.ok);
    const [imap] = reply.snapshot?.services ?? [];
    assert.equal(imap?.state, 'stopping');
    assert.match(imap?.why ?? '', /stopping/, 'not "listens nowhere"');
  },
);

const STARTED = { start: [job('idled')], services: [service({ prefork: 1 })] };

/** The START job ends and leaves one process. */
function leaveOne(world: World): { readonly group: number; readonly left: FakeProcess } {
  world.turn();
  const [starter] = world.os.processes;
  assert.ok(starter);
  const left = world.os.leave(starter.pid);
  starter.exit(0);
  world.run(1_000);
  assert.deepEqual(
    world.told('left-behind').map(({ service: name, pids }) => [name, pids]),
    [['idled', [left.pid]]],
  );
  return { group: starter.pid, left };
}

story('what START has left is asked to end when all others have gone, and waited for', STARTED, (world) => {
  const { left } = leaveOne(world);
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  world.turn();
  const worker = world.os.processes.at(-1);
  assert.deepEqual([worker?.signals, left.signals], [['SIGTERM'], []]);
  worker?.exit(75);
  world.turns(2);
  assert.deepEqual([left.signals, world.stopped], [['SIGTERM'], false]);
  world.run(1_000);
  assert.deepEqual(left.signals, ['SIGTERM']);
  left.exit(0);
  world.turn();
  assert.equal(world.stopped, true);
});

story('what START has left and does not go is killed at the stop limit', STARTED, (world) => {
  obedient(world);
  const { left } = leaveOne(world);
  obedient(world);
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  world.run(31_000);
  assert.deepEqual([left.signals, world.stopped], [['SIGTERM', 'SIGKILL'], true]);
});

story('who has followed what START left is ended as well', STARTED, (world) => {
  obedient(world);
  const { group, left } = leaveOne(world);
  const second = world.os.leave(group);
  left.exit(0);
  world.turn();
  const third = world.os.leave(group);
  for (const process of [second, third]) obey(process, 0);
  obedient(world);
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  world.run(1_000);
  assert.deepEqual([second.signals, third.signals, world.stopped], [['SIGTERM'], ['SIGTERM'], true]);
});

story('a group whose number has gone to somebody else is left alone', STARTED, (world) => {
  obedient(world);
  const { group, left } = leaveOne(world);
  left.exit(0);
  world.turn();
  const stranger = world.os.leave(group);
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  obedient(world);
  world.run(1_000);
  assert.deepEqual([stranger.signals, world.stopped], [[], true]);
});

story('who has left the group is left alone, and who else is in it then', STARTED, (world) => {
  obedient(world);
  const { group, left } = leaveOne(world);
  world.os.leftBehind.set(group, []);
  const stranger = world.os.leave(group);
  obedient(world);
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  world.run(1_000);
  assert.deepEqual([left.signals, stranger.signals, world.stopped], [[], [], true]);
});

story('what START has left and may not be signalled holds up nobody', STARTED, (world) => {
  obedient(world);
  leaveOne(world);
  obedient(world);
  world.os.strangerErrno = 'EPERM';
  world.command({ kind: 'shutdown', reason: 'SIGTERM' });
  world.run(1_000);
  assert.deepEqual(
    world.told('left-behind-signalled').map(({ outcome }) => outcome),
    ['EPERM'],
  );
  assert.equal(world.stopped, true);
});
