// Faults between the core and its port: each does what its line in the table says and no more, the port beneath is
// used as it may be, and what is drawn for one fault moves nothing in another.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Entropy, entropy } from '../../../src/lib/entropy.ts';
import { CHAOS_FAULTS, type ChaosFault, type ChaosPlan, withChaos } from '../../../src/os/chaos.ts';
import type { Os, SpawnRequest } from '../../../src/os/os.ts';
import { FakeOs } from '../core/support/fake-os.ts';

const ADDRESS = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 143 } as const;
const LISTEN = { backlog: 8, name: 'imap' };
const FAULTS = Object.keys(CHAOS_FAULTS) as ChaosFault[];

function chaotic(plan: ChaosPlan, seed = 7) {
  const port = new FakeOs();
  return { port, ...withChaos(port, plan, entropy(seed)) };
}

function request(...descriptors: readonly number[]): SpawnRequest {
  return { path: '/bin/worker', argv: ['/bin/worker'], environment: [], descriptors };
}

/** A channel of a child of the fake world. */
function channelOf(os: Os, port: FakeOs) {
  const channel = os.openChannel();
  assert.ok(channel.ok);
  os.spawn(request(channel.write));
  const child = port.processes.at(-1);
  assert.ok(child);
  return { fd: channel.read, write: (bytes: Uint8Array | string) => child.write(0, bytes) };
}

/** What a plan of one fault, always hit, makes of a call. */
const REFUSED: readonly (readonly [ChaosFault, (os: Os) => unknown, unknown])[] = [
  ['eintr', (os) => os.poll([os.wakeFd], 1_000), { kind: 'interrupted' }],
  ['poll-enomem', (os) => os.poll([os.wakeFd], 1_000), { kind: 'failed', errno: 'ENOMEM' }],
  ['open-emfile', (os) => os.openChannel(), { ok: false, errno: 'EMFILE' }],
  ['open-emfile', (os) => os.openOutput(), { ok: false, errno: 'EMFILE' }],
  ['open-emfile', (os) => os.openNotify(undefined), { ok: false, errno: 'EMFILE' }],
  ['listen-eaddrinuse', (os) => os.listen(ADDRESS, LISTEN), { ok: false, errno: 'EADDRINUSE' }],
  ['spawn-eagain', (os) => os.spawn(request()), { kind: 'failed', errno: 'EAGAIN', stage: 'fork' }],
  ['spawn-enomem', (os) => os.spawn(request()), { kind: 'failed', errno: 'ENOMEM', stage: 'fork' }],
  ['spawn-enoent', (os) => os.spawn(request()), { kind: 'failed', errno: 'ENOENT', stage: 'exec' }],
  ['spawn-eacces', (os) => os.spawn(request()), { kind: 'failed', errno: 'EACCES', stage: 'exec' }],
  ['spawn-etxtbsy', (os) => os.spawn(request()), { kind: 'failed', errno: 'ETXTBSY', stage: 'exec' }],
];

describe('a call that is refused', () => {
  for (const [fault, call, outcome] of REFUSED) {
    test(`${fault}: ${call}`.replace('(os) => ', ''), () => {
      const { os, port, injected, calm } = chaotic({ [fault]: 1 });
      port.wake();
      assert.deepEqual(call(os), outcome);
      assert.equal(injected[fault], 1);
      assert.deepEqual([port.leaks(), port.polls, port.processes], [[], [], []], 'the port was not asked');
      calm();
      assert.notDeepEqual(call(os), outcome);
      assert.equal(injected[fault], 1);
    });
  }

  test('accept-emfile: the connection stays queued', () => {
    const { os, port, injected, calm } = chaotic({ 'accept-emfile': 1 });
    const listener = os.listen(ADDRESS, LISTEN);
    assert.ok(listener.ok && port.listeners[0]);
    port.listeners[0].queue = 1;
    assert.deepEqual(os.accept(listener.fd), { kind: 'failed', errno: 'EMFILE' });
    assert.deepEqual([port.listeners[0].queue, injected['accept-emfile']], [1, 1]);
    calm();
    assert.equal(os.accept(listener.fd).kind, 'accepted');
  });

  test('queue-eio: nothing is known of the queue', () => {
    const { os, injected, calm } = chaotic({ 'queue-eio': 1 });
    const listener = os.listen(ADDRESS, LISTEN);
    assert.ok(listener.ok);
    assert.deepEqual(os.queue(listener.fd, ADDRESS), { ok: false, errno: 'EIO' });
    assert.equal(injected['queue-eio'], 1);
    calm();
    assert.deepEqual(os.queue(listener.fd, ADDRESS), { ok: true, length: 0, limit: 8 });
  });

  test('poll-enomem: to wait for nothing but time needs no memory', () => {
    const { os, port, injected } = chaotic({ 'poll-enomem': 1 });
    const before = port.clock;
    assert.deepEqual(os.poll([], 20), { kind: 'timeout' });
    assert.deepEqual([port.clock - before, injected['poll-enomem']], [20, 0]);
  });

  test('the first of several in the order of the table has its way, and it alone counts', () => {
    const { os, injected } = chaotic({ 'spawn-etxtbsy': 1, 'spawn-enomem': 1, eintr: 1, 'poll-enomem': 1 });
    const outcome = os.spawn(request());
    assert.deepEqual(outcome, { kind: 'failed', errno: 'ENOMEM', stage: 'fork' });
    assert.deepEqual(os.poll([os.wakeFd], 0), { kind: 'interrupted' });
    assert.deepEqual(
      FAULTS.filter((fault) => injected[fault] > 0),
      ['eintr', 'spawn-enomem'],
    );
  });
});

describe('a read', () => {
  test('read-eagain: nothing, and what is there stays there', () => {
    const { os, port, injected, calm } = chaotic({ 'read-eagain': 1 });
    const channel = channelOf(os, port);
    channel.write('word');
    assert.deepEqual(os.read(channel.fd, 4_096), { kind: 'empty' });
    assert.equal(injected['read-eagain'], 1);
    calm();
    assert.deepEqual(os.read(channel.fd, 4_096), { kind: 'data', bytes: new TextEncoder().encode('word') });
  });

  test('short-read: in parts of all sizes, none of them lost', () => {
    const { os, port, injected } = chaotic({ 'short-read': 1 });
    const channel = channelOf(os, port);
    const written = Uint8Array.from({ length: 50_000 }, (_, at) => at % 251);
    channel.write(written);
    const sizes: number[] = [];
    const read: number[] = [];
    while (read.length < written.length) {
      const outcome = os.read(channel.fd, 4_096);
      assert.ok(outcome.kind === 'data');
      sizes.push(outcome.bytes.length);
      read.push(...outcome.bytes);
    }
    assert.deepEqual(Uint8Array.from(read), written);
    assert.deepEqual(os.read(channel.fd, 4_096), { kind: 'empty' });
    assert.ok(Math.max(...sizes) < 4_096 && Math.max(...sizes) > 2_000, `longest ${Math.max(...sizes)}`);
    assert.ok(sizes.filter((size) => size < 8).length > 5, 'halves of messages as well');
    // The last one may have been all that was left.
    assert.ok(injected['short-read'] >= sizes.length - 1);
  });

  test('short-read: a single byte is not cut, nor is what is shorter counted', () => {
    const { os, port, injected } = chaotic({ 'short-read': 1 });
    const channel = channelOf(os, port);
    channel.write('x');
    assert.deepEqual(os.read(channel.fd, 1), { kind: 'data', bytes: Uint8Array.of('x'.charCodeAt(0)) });
    assert.deepEqual(os.read(channel.fd, 1), { kind: 'empty' });
    assert.equal(injected['short-read'], 0);
  });

  test('short-read: a datagram stays whole', () => {
    const { os, port, injected } = chaotic({ 'short-read': 1 });
    const notify = os.openNotify(undefined);
    assert.ok(notify.ok);
    os.spawn({ ...request(), environment: [`NOTIFY_SOCKET=${notify.path}`] });
    for (const text of ['READY=1\nSTATUS=as long as it is', 'STOPPING=1']) {
      port.processes[0]?.notify(text);
      const outcome = os.read(notify.fd, 4_096);
      assert.ok(outcome.kind === 'data');
      assert.equal(new TextDecoder().decode(outcome.bytes), text);
    }
    assert.equal(injected['short-read'], 0);
    os.closeNotify(notify.fd, notify.path);
  });

  test('short-read: a descriptor that once was a notify socket is a pipe again', () => {
    let open: 'notify' | 'pipe' = 'notify';
    const asked: number[] = [];
    const port: Os = Object.assign(Object.create(new FakeOs()) as Os, {
      openNotify: () => ({ ok: true, fd: 9, path: '/run/9' }) as const,
      closeNotify: () => {
        open = 'pipe';
      },
      read: (_fd: number, maxBytes: number) => {
        asked.push(maxBytes);
        return { kind: 'empty' } as const;
      },
    });
    const { os } = withChaos(port, { 'short-read': 1 }, entropy(7));
    os.openNotify(undefined);
    os.read(9, 4_096);
    os.closeNotify(9, '/run/9');
    os.read(9, 4_096);
    assert.equal(open, 'pipe');
    assert.equal(asked[0], 4_096);
    assert.ok((asked[1] ?? 4_096) < 4_096);
  });
});

describe('a spawn', () => {
  test('spawn-slow: 1 to 50 ms, and the child is there before it returns', () => {
    const { os, port, injected } = chaotic({ 'spawn-slow': 1 });
    const took = Array.from({ length: 200 }, () => {
      const before = port.clock;
      port.onSpawn = () => assert.equal(port.clock, before);
      assert.equal(os.spawn(request()).kind, 'spawned');
      return port.clock - before;
    });
    assert.deepEqual([Math.min(...took), Math.max(...took)], [1, 50]);
    assert.equal(injected['spawn-slow'], 200);
  });

  test('spawn-slow: one that fails takes its time too', () => {
    const { os, port, injected } = chaotic({ 'spawn-slow': 1, 'spawn-eagain': 1 });
    const before = port.clock;
    assert.equal(os.spawn(request()).kind, 'failed');
    assert.ok(port.clock > before);
    assert.deepEqual([injected['spawn-slow'], injected['spawn-eagain']], [1, 1]);
  });

  test('child-killed: spawned, and dead by SIGKILL', () => {
    const { os, injected } = chaotic({ 'child-killed': 1 });
    const outcome = os.spawn(request());
    assert.ok(outcome.kind === 'spawned');
    assert.deepEqual(os.wait(outcome.pidfd), { kind: 'killed', signal: 'SIGKILL' });
    assert.equal(injected['child-killed'], 1);
  });

  test('child-killed: no child, nobody killed', () => {
    const { os, port, injected } = chaotic({ 'child-killed': 1 });
    port.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
    assert.equal(os.spawn(request()).kind, 'failed');
    assert.equal(injected['child-killed'], 0);
  });
});

describe('epoll', () => {
  /** `count` channels with something in them, under the tags 1 to `count`. */
  function readable(plan: ChaosPlan, count: number) {
    const world = chaotic(plan);
    for (let tag = 1; tag <= count; tag += 1) {
      const channel = channelOf(world.os, world.port);
      world.os.epollAdd(channel.fd, tag);
      channel.write('x');
    }
    return world;
  }

  test('epoll-few: one at a time, and each in its turn', () => {
    const { os, injected } = readable({ 'epoll-few': 1 }, 5);
    const told = Array.from({ length: 100 }, () => os.epollReady(16));
    assert.ok(told.every(({ length }) => length === 1));
    assert.deepEqual([...new Set(told.flat())].sort(), [1, 2, 3, 4, 5]);
    assert.equal(injected['epoll-few'], 100);
  });

  test('epoll-shuffled: all of them, in many orders', () => {
    const { os, injected } = readable({ 'epoll-shuffled': 1 }, 4);
    const told = Array.from({ length: 300 }, () => os.epollReady(16));
    assert.ok(told.every((tags) => String([...tags].sort()) === '1,2,3,4'));
    assert.equal(new Set(told.map(String)).size, 24);
    assert.equal(injected['epoll-shuffled'], 300);
  });

  test('one alone, or none, is told as it is, and counts as no fault', () => {
    for (const count of [0, 1]) {
      const { os, injected } = readable({ 'epoll-few': 1, 'epoll-shuffled': 1 }, count);
      assert.equal(os.epollReady(16).length, count);
      assert.deepEqual([injected['epoll-few'], injected['epoll-shuffled']], [0, 0]);
    }
  });
});

describe('draws', () => {
  const outcomes = (plan: ChaosPlan, seed: number, calls = 400) => {
    const { os } = chaotic(plan, seed);
    return Array.from({ length: calls }, () => os.poll([os.wakeFd], 0).kind);
  };

  test('the same seed, the same faults at the same calls', () => {
    const plan = { eintr: 0.3, 'poll-enomem': 0.2 };
    assert.deepEqual(outcomes(plan, 1), outcomes(plan, 1));
    assert.notDeepEqual(outcomes(plan, 1), outcomes(plan, 2));
  });

  test('a fault that is switched off leaves the others at their calls', () => {
    const both = outcomes({ eintr: 0.3, 'poll-enomem': 0.2 }, 5);
    const one = outcomes({ 'poll-enomem': 0.2 }, 5);
    assert.ok(both.includes('interrupted'));
    for (const [at, kind] of both.entries()) if (kind !== 'interrupted') assert.equal(one[at], kind);
    assert.ok(
      one.filter((kind) => kind === 'failed').length > both.filter((kind) => kind === 'failed').length,
    );
  });

  test('how much is drawn of one fault does not shift when it comes again', () => {
    const spawns = (plan: ChaosPlan) => {
      const { os, port } = chaotic(plan);
      return Array.from({ length: 60 }, () => {
        const before = port.clock;
        os.spawn(request());
        return port.clock > before;
      });
    };
    assert.deepEqual(
      spawns({ 'spawn-slow': 0.5 }),
      spawns({ 'spawn-slow': 0.5, 'spawn-enoent': 0.5, 'child-killed': 0.5 }),
    );
  });

  test('as often as the plan says', () => {
    const hits = outcomes({ eintr: 0.25 }, 3, 20_000).filter((kind) => kind === 'interrupted').length;
    assert.ok(hits > 4_700 && hits < 5_300, `${hits} of 20000 at 0.25`);
  });

  test('a fault that is off, or 0, costs no draw, and all calls reach the port', () => {
    const { stream, ...rest } = entropy(1);
    const drawn: string[] = [];
    const counting: Entropy = {
      ...rest,
      stream: (name) => {
        drawn.push(name);
        return stream(name);
      },
    };
    const port = new FakeOs();
    const { os, injected } = withChaos(port, { eintr: 0, 'read-eagain': 0 }, counting);
    everyCall(os, port);
    assert.deepEqual(drawn, []);
    assert.ok(FAULTS.every((fault) => injected[fault] === 0));
    assert.deepEqual(port.leaks(), []);
  });
});

/** Every call of the port once, with what the fake world answers. */
function everyCall(os: Os, port: FakeOs): void {
  assert.deepEqual([os.wakeFd, os.epollFd, os.now()], [port.wakeFd, port.epollFd, port.clock]);
  assert.equal(os.wallClock(), port.clock + port.wallAheadMs);
  assert.equal(os.nextOccurrence('0 0 * * *', 0), port.nextOccurrence('0 0 * * *', 0));
  port.wake();
  assert.deepEqual(os.poll([os.wakeFd], 10), { kind: 'ready', fds: [os.wakeFd] });
  os.clearWake();
  assert.deepEqual(os.poll([os.wakeFd], 10), { kind: 'timeout' });
  const [channel, output, notify] = [os.openChannel(), os.openOutput(), os.openNotify(undefined)];
  assert.ok(channel.ok && output.ok && notify.ok);
  const child = os.spawn(request(channel.write, output.write));
  assert.ok(child.kind === 'spawned');
  os.epollAdd(channel.read, 5);
  port.processes[0]?.write(0, 'hello');
  assert.deepEqual(os.epollReady(8), [5]);
  assert.equal(os.read(channel.read, 64).kind, 'data');
  os.epollRemove(channel.read);
  assert.equal(os.wait(child.pidfd).kind, 'running');
  assert.equal(os.signal(child.pidfd, 'SIGTERM'), 'sent');
  assert.equal(os.signalGroup(child.pid, 'SIGKILL'), 'sent');
  assert.equal(os.wait(child.pidfd).kind, 'killed');
  const listener = os.listen(ADDRESS, LISTEN);
  assert.ok(listener.ok && port.listeners[0]);
  port.listeners[0].queue = 1;
  assert.deepEqual(os.queue(listener.fd, ADDRESS), { ok: true, length: 1, limit: 8 });
  const connection = os.accept(listener.fd);
  assert.ok(connection.kind === 'accepted');
  os.refuseClients(listener.fd, ADDRESS);
  assert.equal(port.listeners[0].refused, 1);
  os.closeListener(listener.fd, ADDRESS);
  os.closeNotify(notify.fd, notify.path);
  const open = [channel.read, channel.write, output.read, output.write, child.pidfd, connection.fd];
  for (const fd of open) os.close(fd);
}
