// A new configuration on a running master: kept, changed, removed and added services, bad addresses, events.

import { strict as assert } from 'node:assert';
import type { MasterSpec } from '../../../src/core/spec.ts';
import { command, daemon, event, masterSpec, service, serviceAt } from './support/specs.ts';
import { story, type World } from './support/story.ts';

function reload(world: World, spec: Partial<MasterSpec>): void {
  assert.deepEqual(world.ask({ kind: 'reload', spec: masterSpec(spec) }).ok, true);
}

function applied(world: World) {
  const { kept, changed, added, removed } = world.told('reload-applied').at(-1) ?? {};
  return { kept, changed, added, removed };
}

story(
  'a service that stays keeps its socket; idle workers start afresh and busy ones finish',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.run(6_000);
    const { fd } = world.listener();
    const [idle, busy] = world.processes();
    busy?.takeClient();
    world.turn();
    reload(world, { services: [service({ prefork: 2 })] });
    assert.equal(world.listener().fd, fd);
    assert.deepEqual(applied(world), { kept: 1, changed: 0, added: 0, removed: 0 });
    assert.deepEqual(idle?.signals, ['SIGHUP']);
    idle?.exit(0);
    world.run(60_000);
    assert.equal(busy?.alive, true);
    assert.equal(world.counts().ready, 2);
  },
);

story('limits take effect, counters stay', { services: [service({ prefork: 1 })] }, (world) => {
  world.turn();
  world.process().takeClient();
  world.turn();
  reload(world, { services: [service({ prefork: 4, maxchild: 9, maxforkrate: 3 })] });
  assert.deepEqual(applied(world), { kept: 0, changed: 1, added: 0, removed: 0 });
  assert.equal(world.service().limits.maxchild, 9);
  assert.equal(world.service().tokens.ratePerSecond, 3);
  world.run(3_000);
  assert.equal(world.counts().ready, 4);
  assert.equal(world.service().view[13], 1, 'connections');
});

story(
  'a changed address is a new socket; the old one refuses clients first',
  {
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(6_000);
    const { fd } = world.listener();
    reload(world, { services: [serviceAt('imap', 1143, { prefork: 1 })] });
    assert.deepEqual(applied(world), { kept: 0, changed: 0, added: 1, removed: 1 });
    const [old, fresh] = world.os.listeners;
    assert.equal(old?.fd, fd);
    assert.ok(old && old.refused > 0);
    assert.equal(fresh?.refused, 0);
    assert.deepEqual(world.process(0).signals, ['SIGHUP']);
    assert.equal(world.counts().ready, 1, 'of the new one');
    world.process(0).exit(0);
    world.turn();
    assert.equal(world.master.services.length, 1);
    assert.deepEqual(world.os.listeners, [fresh]);
  },
);

story(
  'a removed service refuses new clients at once, lets its workers finish, and is forgotten',
  {
    services: [serviceAt('imap', 143, { prefork: 1 }), serviceAt('pop3', 110, { prefork: 1 })],
  },
  (world) => {
    world.run(6_000);
    const [, worker] = world.processes();
    worker?.takeClient();
    world.turn();
    reload(world, { services: [serviceAt('imap', 143, { prefork: 1 })] });
    const refused = () => world.listener('pop3').refused;
    const atFirst = refused();
    assert.ok(atFirst > 0);
    world.run(60_000);
    // A worker may have listened on it again: it is shut down anew at every heartbeat, for as long as one holds it.
    assert.ok(refused() >= atFirst + 60);
    assert.equal(worker?.alive, true);
    const living = world.counts('pop3');
    assert.equal(living.ready, 0, 'nobody is spawned for it');
    worker?.exit(0);
    world.run(1_000);
    assert.deepEqual(
      world.master.services.map(({ name }) => name),
      ['imap'],
    );
    assert.equal(world.told('slot-freed').length, 1);
    assert.deepEqual(
      world.os.listeners.map(({ options }) => options.name),
      ['imap'],
    );
  },
);

story(
  'an added service listens and is given its workers in the same turn',
  { services: [service()] },
  (world) => {
    world.run(1_000);
    reload(world, { services: [service(), serviceAt('pop3', 110, { prefork: 2 })] });
    assert.equal(world.counts('pop3').ready, 2);
  },
);

story(
  'an address that cannot be bound is told and skipped, and tried again at the next reload',
  {
    services: [service()],
  },
  (world) => {
    world.run(1_000);
    world.os.listenErrno = () => 'EADDRINUSE';
    const both = { services: [service(), serviceAt('pop3', 110, { prefork: 1 })] };
    reload(world, both);
    assert.equal(world.told('listen-failed')[0]?.errno, 'EADDRINUSE');
    assert.equal(world.told('service-unbound')[0]?.service, 'pop3');
    world.run(5_000);
    assert.equal(world.counts('pop3').active, 0);
    world.os.listenErrno = () => undefined;
    reload(world, both);
    assert.equal(world.counts('pop3').active, 1);
  },
);

story(
  'a reload closes the breaker: every service has a new chance',
  { services: [service({ prefork: 1 })] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
    world.run(10_000);
    assert.equal(world.service().breaker.kind, 'open');
    world.os.spawnError = () => undefined;
    reload(world, { services: [service({ prefork: 1 })] });
    assert.equal(world.counts().active, 1);
    assert.equal(world.told('breaker-closed').length, 1);
  },
);

story('an event keeps its clock when its trigger stays, and is not rerun', { events: [event()] }, (world) => {
  world.turn();
  world.process(0, '/bin/event').exit(0);
  world.run(40_000);
  reload(world, { events: [event({ command: command('/bin/other') })] });
  world.run(19_000);
  assert.equal(world.os.processes.length, 1);
  world.run(2_000);
  assert.equal(world.os.processes.length, 2);
  assert.equal(world.process(0, '/bin/other').alive, true);
});

story(
  'an event with a new trigger starts anew, a removed one lets its run finish',
  { events: [event(), event({ name: 'b' })] },
  (world) => {
    world.run(10_000);
    reload(world, { events: [event({ trigger: { kind: 'period', periodMs: 30_000 } })] });
    assert.equal(world.processes('/bin/event').length, 2);
    assert.deepEqual(
      world.processes('/bin/event').map(({ signals }) => signals),
      [[], []],
    );
    world.process(1, '/bin/event').exit(0);
    world.turn();
    assert.equal(world.master.jobs.length, 1);
  },
);

story(
  'a daemon with a new command is replaced, one without is left alone',
  { daemons: [daemon(), daemon({ name: 'b' })] },
  (world) => {
    world.run(1_000);
    const [first, second] = world.processes('/bin/daemon');
    reload(world, { daemons: [daemon({ command: command('/bin/new') }), daemon({ name: 'b' })] });
    assert.deepEqual([first?.signals, second?.signals], [['SIGTERM'], []]);
    first?.exit(75);
    world.turn();
    assert.equal(world.processes('/bin/new').length, 1);
  },
);

story(
  "in Cyrus's place a daemon is told by SIGHUP at a reload, and runs on",
  { daemons: [daemon({ failureRule: 'cyrus' })] },
  (world) => {
    world.run(60_000);
    const first = world.process(0, '/bin/daemon');
    reload(world, { daemons: [daemon({ failureRule: 'cyrus' })] });
    assert.deepEqual([first.signals, first.alive], [['SIGHUP'], true]);
    world.run(120_000);
    assert.deepEqual(first.signals, ['SIGHUP'], 'it has no stop limit');
  },
);

story(
  'a daemon on its way up is told later; one that dies of it is replaced, and has not failed',
  { daemons: [daemon({ failureRule: 'cyrus' })] },
  (world) => {
    world.turn();
    const first = world.process(0, '/bin/daemon');
    reload(world, { daemons: [daemon({ failureRule: 'cyrus' })] });
    assert.deepEqual(first.signals, []);
    world.run(60_000);
    assert.deepEqual(first.signals, ['SIGHUP']);
    first.die('SIGHUP');
    world.turn();
    assert.deepEqual(world.told('exited').at(-1)?.expected, true);
    const [second] = world.processes('/bin/daemon');
    assert.ok(second && second !== first);
  },
);

story(
  'a waiting daemon is told when it has said that it is up, and presumed to be up by nobody',
  { services: [service()] },
  (world) => {
    world.run(1_000);
    const daemons = [daemon({ failureRule: 'cyrus', wait: true })];
    reload(world, { daemons });
    const idled = world.process(0, '/bin/daemon');
    reload(world, { daemons });
    world.run(10_000);
    reload(world, { daemons });
    assert.deepEqual([idled.signals, world.counts('idled').starting], [[], 1]);
    idled.write(3, 'ok\r\n');
    world.turn();
    assert.deepEqual([idled.signals, idled.alive], [['SIGHUP'], true]);
  },
);

story(
  'pause, resume and scale: told, obeyed in the same turn, refused with a sentence',
  {
    services: [service({ prefork: 2, maxchild: 5 })],
  },
  (world) => {
    world.run(1_000);
    world.ask({ kind: 'pause', service: 'imap' });
    world.process(0).exit(0);
    world.run(2_000);
    assert.equal(world.counts().active, 1);
    world.ask({ kind: 'resume', service: 'imap' });
    assert.equal(world.counts().active, 2);
    world.ask({ kind: 'scale', service: 'imap', prefork: 4 });
    assert.equal(world.counts().active, 4);
    assert.deepEqual(world.ask({ kind: 'scale', service: 'imap', prefork: 6 }).ok, false);
    assert.deepEqual(world.ask({ kind: 'scale', service: 'nobody', prefork: 6 }).ok, false);
    assert.deepEqual(world.ask({ kind: 'pause', service: 'nobody' }).ok, false);
    assert.deepEqual(world.ask({ kind: 'retire', serial: 999, why: 'test' }).ok, false);
  },
);

story(
  'scale: what one address of a service refuses leaves all of them as they were',
  { services: [service({ prefork: 1, maxchild: 5 }), serviceAt('imap', 144, { prefork: 3, maxchild: 5 })] },
  (world) => {
    world.run(1_000);
    assert.equal(world.ask({ kind: 'scale', service: 'imap', maxchild: 2 }).ok, false);
    assert.deepEqual(
      world.master.services.map(({ limits }) => limits),
      [
        { prefork: 1, maxchild: 5 },
        { prefork: 3, maxchild: 5 },
      ],
    );
    assert.deepEqual(world.told('scaled'), []);
  },
);

story(
  'the snapshot says what is: counts, state, why, workers, events',
  {
    services: [service({ prefork: 1, maxchild: 1 })],
    events: [event()],
  },
  (world) => {
    world.run(1_000);
    world.process().takeClient();
    world.listener().queue = 2;
    world.run(1_000);
    const reply = world.ask({ kind: 'snapshot' });
    assert.ok(reply.ok);
    const [imap] = reply.snapshot?.services ?? [];
    assert.deepEqual(
      [
        imap?.state,
        imap?.busy,
        imap?.active,
        imap?.queue,
        imap?.maxchild,
        imap?.maxforkrate,
        imap?.constraint,
      ],
      ['running', 1, 1, 2, 1, null, 'maxchild'],
    );
    assert.match(imap?.why ?? '', /all 1 workers that maxchild allows/);
    assert.equal(imap?.workers[0]?.uses, 1);
    assert.equal(reply.snapshot?.events[0]?.running.length, 1);
    assert.ok(Math.abs((reply.snapshot?.events[0]?.nextInSeconds ?? 0) - 58) < 0.01);
  },
);

story(
  "workers of a removed service are told before their socket is shut, those on their way up too: Cyrus's take a failing accept for an error",
  { services: [service({ prefork: 2 }), serviceAt('pop3', 110, { prefork: 1 })] },
  (world) => {
    world.turn();
    const [up, stays, starting] = world.processes();
    up?.say('available');
    up?.takeClient();
    world.turn();
    const old = world.listener();
    const refused: number[] = [];
    for (const process of world.os.processes) process.onSignal = () => refused.push(old.refused);
    reload(world, { services: [serviceAt('imap', 1143), serviceAt('pop3', 110, { prefork: 1 })] });
    assert.deepEqual([up?.signals, starting?.signals, stays?.signals], [['SIGHUP'], ['SIGHUP'], []]);
    assert.deepEqual([...new Set(refused)], [0]);
    assert.ok(old.refused > 0, 'in the same turn');
  },
);

story(
  'one that was to be told when it is up is told when its service is removed, and is no failure',
  { services: [service({ prefork: 1 })] },
  (world) => {
    world.turn();
    const first = world.process();
    reload(world, { services: [service({ prefork: 1 })] });
    assert.deepEqual(first.signals, []);
    reload(world, { services: [] });
    assert.deepEqual(first.signals, ['SIGHUP']);
    first.die('SIGHUP');
    world.turn();
    assert.equal(world.told('exited').at(-1)?.expected, true);
    world.run(60_000);
    assert.deepEqual(first.signals, ['SIGHUP'], 'once');
  },
);
