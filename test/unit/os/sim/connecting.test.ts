// Connecting to the simulated machine: SYNs that are sent again, queues that are full, listeners that go.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepting, Rig, TCP } from './support/rig.ts';

/** The times of SYNs that were dropped, s after the client came. */
function dropsOf(rig: Rig, client: string, startedAt: number): number[] {
  return rig.lines
    .filter((line) => line.includes(`client ${client} is not let in`))
    .map((line) => Math.round(Number.parseFloat(line) - startedAt) / 1000);
}

test('a SYN that finds the queue full is sent again after 1, 3, 7, 15 s, until the client has enough', () => {
  const rig = new Rig();
  rig.listen(TCP, 0);
  rig.client('first');
  const late = rig.client('late', 20_000);
  rig.pass(30_000);
  assert.deepEqual(dropsOf(rig, 'late', late.startedAt), [0, 1, 3, 7, 15]);
  assert.equal(late.state, 'ETIMEDOUT');
  assert.equal(late.tookMs, 20_000);
});

test('nobody tries for longer than 127 s', () => {
  const rig = new Rig();
  rig.listen(TCP, 0);
  rig.client('first');
  const late = rig.client('late', Number.POSITIVE_INFINITY);
  rig.pass(200_000);
  assert.equal(late.state, 'ETIMEDOUT');
  assert.equal(late.tookMs, 127_000);
});

test('a place in the queue is found by the next SYN, not before', () => {
  const rig = new Rig();
  const listener = rig.listen(TCP, 0);
  rig.client('first');
  const late = rig.client('late');
  rig.pass(1500);
  assert.equal(rig.os.accept(listener).kind, 'accepted');
  rig.pass(1000);
  assert.equal(late.state, 'connecting');
  rig.pass(1000);
  assert.equal(late.state, 'connected');
  assert.equal(late.tookMs, 3000);
});

test('the listener shows whom it did not let in, until he is', () => {
  const rig = new Rig();
  const listener = rig.listen(TCP, 1);
  for (const name of ['a', 'b', 'c', 'd']) rig.client(name);
  rig.pass(10);
  const [view] = rig.kernel.listeners();
  assert.deepEqual(
    [view?.queue.map(({ client }) => client), view?.dropped.map(({ client }) => client)],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  );
  rig.os.accept(listener);
  rig.pass(1000);
  assert.deepEqual(
    view?.queue.map(({ client }) => client),
    ['b', 'c'],
  );
  assert.deepEqual(
    view?.dropped.map(({ client }) => client),
    ['d'],
  );
});

test('a client who was dropped is refused when the listener has gone at his next SYN', () => {
  const rig = new Rig();
  const listener = rig.listen(TCP, 0);
  const first = rig.client('first');
  const late = rig.client('late');
  rig.pass(500);
  rig.os.closeListener(listener, TCP);
  rig.pass(1000);
  assert.equal(late.state, 'ECONNREFUSED');
  assert.equal(late.tookMs, 1000);
  // He was queued, and nobody will ever accept him.
  assert.equal(first.read(), 'failed');
  assert.equal(first.read(), 'end');
});

test('a unix socket with a full queue says EAGAIN, and refuses when it is shut', () => {
  const rig = new Rig();
  const address = { family: 'unix', transport: 'stream', path: '/run/lmtp' } as const;
  const listener = rig.listen(address, 0);
  rig.client('first', 1000, address);
  const second = rig.client('second', 1000, address);
  rig.pass(1);
  assert.equal(second.state, 'EAGAIN');
  rig.os.refuseClients(listener, address);
  const third = rig.client('third', 1000, address);
  rig.pass(1);
  assert.equal(third.state, 'ECONNREFUSED');
});

test('a connection whose client has gone stays queued, is accepted, and is at its end', () => {
  const rig = new Rig();
  const listener = rig.listen();
  const client = rig.client('gone');
  rig.pass(1);
  client.close();
  assert.deepEqual(rig.kernel.connections(), []);
  assert.equal(rig.kernel.listeners()[0]?.queue[0]?.state, 'over');
  assert.equal(rig.os.poll([listener], 0).kind, 'ready');
  const outcome = rig.os.accept(listener);
  assert.ok(outcome.kind === 'accepted');
  assert.deepEqual(rig.os.read(outcome.fd, 10), { kind: 'end' });
});

test('refuseClients resets the queue and ends every accept with EINVAL; listen(2) by a holder opens it again', () => {
  const told: string[] = [];
  const rig = new Rig({
    *worker(self) {
      const woken = yield { kind: 'accept', fd: 0 };
      told.push(woken.kind === 'failed' ? woken.errno : woken.kind);
      yield { kind: 'sleep', ms: 1000 };
      self.listen(0, 5);
      for (;;) yield { kind: 'accept', fd: 0 };
    },
  });
  const listener = rig.listen();
  rig.spawn('worker', [listener]);
  rig.spawn('forever', [listener]);
  rig.pass(10);
  rig.os.refuseClients(listener, TCP);
  // Hung up: poll(2) says so for as long as it is shut.
  assert.equal(rig.os.poll([listener], 0).kind, 'ready');
  rig.pass(10);
  assert.deepEqual(told, ['EINVAL']);
  const refused = rig.client('refused');
  rig.pass(1);
  assert.equal(refused.state, 'ECONNREFUSED');
  rig.pass(1000);
  const welcome = rig.client('welcome');
  rig.pass(1);
  assert.equal(welcome.state, 'connected');
});

test('whoever is queued on a unix socket that a worker shuts down stays there, as on Linux; refuseClients resets him', () => {
  const rig = new Rig({
    shutter: function* (self) {
      self.shutdown(0);
      for (;;) yield { kind: 'forever' };
    },
  });
  const address = { family: 'unix', transport: 'stream', path: '/run/lmtp' } as const;
  const listener = rig.listen(address, 3);
  const client = rig.client('queued', 1000, address);
  rig.pass(1);
  rig.spawn('shutter', [listener]);
  rig.pass(100);
  assert.equal(rig.kernel.listeners()[0]?.shut, true);
  assert.equal(rig.kernel.listeners()[0]?.queue.length, 1);
  assert.equal(client.read(), 'empty');
  rig.os.refuseClients(listener, address);
  assert.notEqual(client.read(), 'empty');
  assert.deepEqual(rig.os.accept(listener), { kind: 'failed', errno: 'EINVAL' });
});

test('one connection wakes one of those that wait, and over time every one', () => {
  const rig = new Rig({ acceptor: accepting });
  const listener = rig.listen();
  const workers = rig.acceptors(3, listener);
  for (let count = 0; count < 60; count += 1) {
    rig.client(`c${count}`);
    rig.pass(1);
  }
  const by = workers.map(({ pid }) =>
    rig.lines.filter((line) => line.includes(`pid ${pid} (acceptor) accepts`)),
  );
  assert.deepEqual(rig.os.queue(listener, TCP), { ok: true, length: 0, limit: 16 });
  assert.equal(by.flat().length, 60);
  assert.ok(
    by.every((accepted) => accepted.length >= 10),
    JSON.stringify(by.map(({ length }) => length)),
  );
});

test('a worker that is killed on its way to accept loses nobody: another one takes him', () => {
  const rig = new Rig({ acceptor: accepting });
  const listener = rig.listen();
  const workers = rig.acceptors(4, listener);
  const client = rig.client('patient');
  for (const { pidfd } of workers.slice(1)) rig.os.signal(pidfd, 'SIGKILL');
  rig.pass(10);
  assert.equal(client.state, 'connected');
  assert.deepEqual(rig.os.queue(listener, TCP), { ok: true, length: 0, limit: 16 });
});
