// How the master comes up: START jobs in order, waiting daemons in order, then sockets and services.

import { strict as assert } from 'node:assert';
import { daemon, event, job, service, serviceAt } from './support/specs.ts';
import { story } from './support/story.ts';

story(
  'START jobs run one after the other, before any socket is bound',
  {
    start: [job('recover'), job('migrate')],
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.turn();
    assert.deepEqual(
      world.os.processes.map(({ request }) => request.path),
      ['/bin/recover'],
    );
    world.run(5_000);
    assert.equal(world.os.listeners.length, 0);
    world.process(0, '/bin/recover').exit(0);
    world.turn();
    world.process(0, '/bin/migrate').exit(0);
    world.turn();
    assert.equal(world.told('master-ready').length, 1);
    assert.equal(world.counts().ready, 1);
  },
);

story(
  'a START job that fails ends the master with exit 1',
  {
    start: [job('recover'), job('migrate')],
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.turn();
    world.process(0, '/bin/recover').exit(3);
    world.turn();
    assert.equal(world.stopped, true);
    assert.equal(world.told('stopped')[0]?.exitCode, 1);
    assert.deepEqual(
      world.told('start-failed').map(({ service, reason }) => ({ service, reason })),
      [{ service: 'recover', reason: 'exit 3' }],
    );
    assert.equal(world.os.processes.length, 1);
  },
);

story(
  'a START job that cannot be forked for want of processes is tried again, and the start goes on',
  { start: [job('recover')], services: [service({ prefork: 1 })] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.run(2_500);
    assert.equal(world.stopped, false);
    assert.equal(world.told('spawn-failed').length, 3);
    world.os.spawnError = () => undefined;
    world.run(1_000);
    world.process(0, '/bin/recover').exit(0);
    world.turn();
    assert.equal(world.told('master-ready').length, 1);
    assert.equal(world.told('start-failed').length, 0);
  },
);

story(
  'a START job whose program is missing ends the master with exit 1',
  { start: [job('recover')] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
    world.turn();
    assert.equal(world.stopped, true);
    assert.equal(world.told('stopped')[0]?.exitCode, 1);
  },
);

story(
  'waiting daemons start one after the other, each when the last has said "ok"',
  {
    daemons: [daemon({ name: 'a', wait: true }), daemon({ name: 'b', wait: true }), daemon({ name: 'c' })],
    services: [service({ prefork: 1 })],
  },
  (world) => {
    world.run(3_000);
    assert.deepEqual(
      world.os.processes.map((process) => process.variable('CYRUS_SERVICE')),
      ['a'],
    );
    world.os.processes[0]?.write(3, 'o');
    world.run(100);
    world.os.processes[0]?.write(3, 'k\r\n');
    world.turn();
    assert.equal(world.told('daemon-ready').length, 1);
    assert.equal(world.os.processes[1]?.variable('CYRUS_SERVICE'), 'b');
    assert.equal(world.os.processes[1]?.variable('CYRUS_ISDAEMON'), '1');
    world.os.processes[1]?.write(3, 'ok\r\n');
    world.turn();
    assert.equal(world.told('master-ready').length, 1);
    assert.deepEqual(
      world.os.processes.slice(2).map((process) => process.variable('CYRUS_SERVICE')),
      ['imap', 'c'],
    );
  },
);

story(
  'a waiting daemon that dies before it is ready ends the master with exit 1, and the earlier ones end',
  {
    daemons: [daemon({ name: 'a', wait: true }), daemon({ name: 'b', wait: true })],
  },
  (world) => {
    world.turn();
    const first = world.process(0, '/bin/daemon');
    first.write(3, 'ok\r\n');
    world.turn();
    world.process(1, '/bin/daemon').exit(0);
    world.turn();
    assert.equal(world.told('start-failed')[0]?.service, 'b');
    assert.deepEqual(first.signals, ['SIGTERM']);
    first.exit(0);
    world.turn();
    assert.equal(world.told('stopped')[0]?.exitCode, 1);
  },
);

story(
  "in Cyrus's place a waiting daemon that does not come up ends the master with 78",
  { daemons: [daemon({ wait: true, failureRule: 'cyrus' })] },
  (world) => {
    world.turn();
    world.process(0, '/bin/daemon').exit(0);
    world.turn();
    assert.equal(world.told('stopped')[0]?.exitCode, 78);
  },
);

story(
  'a waiting daemon that says something else is reported, and fails at its start limit',
  {
    daemons: [daemon({ wait: true, startlimitMs: 2_000 })],
  },
  (world) => {
    world.turn();
    world.process(0, '/bin/daemon').write(3, 'hello\r\n');
    world.turn();
    assert.equal(world.told('message-bad').length, 1);
    world.run(2_500);
    assert.equal(world.told('start-failed').length, 1);
    assert.equal(world.told('stopped')[0]?.exitCode, 1);
  },
);

story(
  'a waiting daemon for which there is no process yet is tried again',
  { daemons: [daemon({ wait: true })] },
  (world) => {
    world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    world.run(250);
    world.os.spawnError = () => undefined;
    world.run(500);
    world.process(0, '/bin/daemon').write(3, 'ok\r\n');
    world.turn();
    assert.equal(world.told('master-ready').length, 1);
  },
);

story(
  'a waiting daemon that is ready and dies at once is a failed start',
  { daemons: [daemon({ wait: true })] },
  (world) => {
    world.turn();
    world.process(0, '/bin/daemon').write(3, 'ok\r\n');
    world.process(0, '/bin/daemon').exit(1);
    world.turn();
    assert.equal(world.told('stopped')[0]?.exitCode, 1);
  },
);

story(
  'events wait for the boot; the first period runs at once after it',
  {
    start: [job('recover')],
    events: [event()],
  },
  (world) => {
    world.run(5_000);
    assert.equal(world.processes('/bin/event').length, 0);
    world.process(0, '/bin/recover').exit(0);
    world.turn();
    assert.equal(world.processes('/bin/event').length, 1);
  },
);

story(
  'a worker finds its names and the master in its environment, and the socket at fd 4',
  {
    services: [service({ prefork: 1, index: 1, clientlimit: 3 })],
  },
  (world) => {
    world.turn();
    const child = world.process();
    assert.deepEqual(
      ['CYRUS_SERVICE', 'CYRUS_ID', 'PREFORKD_CLIENT_LIMIT', 'PREFORKD_MASTER_PID', 'PATH'].map((name) =>
        child.variable(name),
      ),
      ['imap', '1', '3', '1', '/bin'],
    );
    assert.equal(child.request.descriptors[0], 'null');
    assert.equal(child.request.descriptors[4], world.listener().fd);
  },
);

story('a reload is refused while START is running', { start: [job('recover')] }, (world) => {
  world.turn();
  assert.equal(world.ask({ kind: 'reload', spec: world.master.spec }).ok, false);
  assert.equal(world.counter('reloadsRefused'), 1);
});

const CYRUS = { name: 'cyrus', uid: 105, gid: 8 } as const;

story(
  'a master that becomes another user binds first, and is he before a waiting daemon or a worker runs',
  {
    start: [job('recover')],
    services: [service({ prefork: 1 })],
    daemons: [daemon({ wait: true })],
    becomes: CYRUS,
  },
  (world) => {
    world.turn();
    assert.equal(world.os.listeners.length, 0);
    world.process(0, '/bin/recover').exit(0);
    world.turn();
    assert.deepEqual(world.os.became, [{ user: CYRUS, listeners: 1, processes: 1 }]);
    // Somebody waits already; he is served when the daemon is ready.
    (world.os.listeners[0] as { queue: number }).queue = 1;
    world.run(2_000);
    assert.deepEqual(
      world.os.processes.map(({ request }) => request.path),
      ['/bin/recover', '/bin/daemon'],
    );
    world.process(0, '/bin/daemon').write(3, 'ok\r\n');
    world.run(100);
    assert.equal(world.told('master-ready').length, 1);
    assert.equal(world.told('spawned').at(-1)?.service, 'imap');
    assert.equal(world.os.became.length, 1);
  },
);

story(
  'who cannot become that user ends with exit 1, and nobody was started as root',
  { services: [service({ prefork: 1 })], becomes: CYRUS },
  (world) => {
    world.os.becomeErrno = 'EPERM';
    world.turn();
    world.run(100);
    assert.equal(world.told('stopped')[0]?.exitCode, 1);
    assert.equal(world.told('start-failed')[0]?.reason, "can't change to the cyrus user: EPERM");
    assert.equal(world.os.processes.length, 0);
  },
);

story(
  'a bind error that is fatal ends the master with exit 69',
  {
    services: [service({ prefork: 1 }), serviceAt('pop3', 110, { prefork: 1 })],
    bindErrorsFatal: true,
  },
  (world) => {
    world.os.listenErrno = (address) =>
      'port' in address && address.port === 110 ? 'EADDRINUSE' : undefined;
    world.turn();
    world.run(100);
    assert.equal(world.told('stopped')[0]?.exitCode, 69);
    assert.equal(world.os.processes.length, 0);
  },
);
