// Processes of the simulated machine: pids that come back, signals, groups, grandchildren, pipes that fill.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Program } from '../../../../src/os/sim/program.ts';
import { Rig } from './support/rig.ts';

const brief: Program = function* () {
  yield { kind: 'sleep', ms: 1 };
  return 0;
};

/** Leaves a child that lives on in its group. */
const parent: Program = function* (self) {
  self.fork(function* () {
    yield { kind: 'sleep', ms: 5000 };
    return 0;
  });
  yield { kind: 'sleep', ms: 1 };
  return 0;
};

test('pids come back from 2 on, never one that somebody uses', () => {
  const rig = new Rig({ brief }, { pidMost: 6 });
  const kept = rig.spawn('forever');
  const pids = [kept.pid];
  for (let count = 0; count < 6; count += 1) {
    const child = rig.spawn('brief');
    pids.push(child.pid);
    rig.end(child);
  }
  assert.deepEqual(pids, [2, 3, 4, 5, 6, 3, 4]);
});

test('a zombie keeps its pid, a group its number; without any pid left, fork fails with EAGAIN', () => {
  const rig = new Rig({ brief, parent }, { pidMost: 5 });
  const zombie = rig.spawn('brief');
  const leader = rig.spawn('parent');
  rig.pass(10);
  rig.end(leader);
  // 2 is a zombie, 3 the group of a grandchild, who is 4.
  assert.equal(rig.spawn('forever').pid, 5);
  const outcome = rig.os.spawn({ path: 'brief', argv: [], environment: [], descriptors: [] });
  assert.deepEqual(outcome, { kind: 'failed', errno: 'EAGAIN', stage: 'fork' });
  rig.pass(6000);
  rig.end(zombie);
  assert.equal(rig.spawn('forever').pid, 2);
  assert.equal(rig.spawn('forever').pid, 3);
});

test('a pidfd knows its process, whoever has the pid now', () => {
  const rig = new Rig({ brief }, { pidMost: 2 });
  const first = rig.spawn('brief');
  rig.os.poll([first.pidfd], 100);
  rig.os.wait(first.pidfd);
  const second = rig.spawn('forever');
  assert.equal(second.pid, first.pid);
  assert.equal(rig.os.signal(first.pidfd, 'SIGKILL'), 'ESRCH');
  rig.pass(10);
  assert.deepEqual(rig.os.wait(second.pidfd), { kind: 'running' });
});

test('a zombie can be signalled, as on Linux, and feels nothing', () => {
  const rig = new Rig({ brief });
  const child = rig.spawn('brief');
  rig.pass(10);
  assert.equal(rig.os.signal(child.pidfd, 'SIGKILL'), 'sent');
  assert.deepEqual(rig.end(child), { kind: 'exited', code: 0 });
});

test('a handler runs and cuts the wait short; what is ignored does neither; SIGKILL asks nobody', () => {
  const heard: string[] = [];
  const rig = new Rig({
    *worker(self) {
      self.handle('SIGHUP', () => heard.push('handler'));
      self.handle('SIGTERM', 'ignore');
      self.handle('SIGKILL', 'ignore');
      for (;;) {
        const woken = yield { kind: 'sleep', ms: 60_000 };
        heard.push(woken.kind === 'interrupted' ? woken.signal : woken.kind);
      }
    },
  });
  const worker = rig.spawn('worker');
  rig.pass(10);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGCONT'] as const) rig.os.signal(worker.pidfd, signal);
  rig.pass(10);
  assert.deepEqual(heard, ['handler', 'SIGHUP']);
  rig.os.signal(worker.pidfd, 'SIGKILL');
  assert.deepEqual(rig.end(worker), { kind: 'killed', signal: 'SIGKILL' });
});

test('a signal before the first instruction meets default dispositions', () => {
  const rig = new Rig(
    {
      *worker(self) {
        self.handle('SIGHUP', () => {});
        for (;;) yield { kind: 'forever' };
      },
    },
    { execMs: () => 50 },
  );
  const [early, late] = [rig.spawn('worker'), rig.spawn('worker')];
  rig.pass(10);
  rig.os.signal(early.pidfd, 'SIGHUP');
  assert.deepEqual(rig.end(early), { kind: 'killed', signal: 'SIGHUP' });
  rig.pass(100);
  rig.os.signal(late.pidfd, 'SIGHUP');
  rig.pass(10);
  assert.deepEqual(rig.os.wait(late.pidfd), { kind: 'running' });
});

test('the observer is told of every signal and of whom it hits; a foreign process is nobody of ours', () => {
  const told: unknown[] = [];
  const rig = new Rig(
    {},
    {
      pidMost: 3,
      observer: {
        signalled: (signal, pid, target, group) => told.push([signal, pid, target?.serial, group]),
      },
    },
  );
  const child = rig.spawn('forever');
  const foreign = rig.kernel.startForeign(1000);
  assert.equal(rig.kernel.living(), 1);
  rig.os.signal(child.pidfd, 'SIGHUP');
  rig.os.signalGroup(foreign, 'SIGKILL');
  rig.os.signalGroup(999, 'SIGKILL');
  assert.deepEqual(told, [
    ['SIGHUP', child.pid, 1, false],
    ['SIGKILL', foreign, undefined, true],
    ['SIGKILL', 999, undefined, true],
  ]);
});

test('a child of a dead worker belongs to init, which collects it', () => {
  const seen: boolean[] = [];
  const rig = new Rig({
    *worker(self) {
      self.fork(function* (grandchild) {
        seen.push(grandchild.orphaned());
        yield { kind: 'sleep', ms: 100 };
        seen.push(grandchild.orphaned());
        return 0;
      });
      yield { kind: 'sleep', ms: 10 };
      return 0;
    },
  });
  const worker = rig.spawn('worker');
  rig.pass(50);
  assert.equal(rig.kernel.living(), 1);
  rig.pass(100);
  assert.deepEqual(seen, [false, true]);
  assert.equal(rig.kernel.living(), 0);
  assert.equal(rig.kernel.children().length, 1);
  rig.end(worker);
  assert.deepEqual(rig.kernel.children(), []);
});

test('an output that is full makes its writer wait; without a reader it gets EPIPE', () => {
  const results: (number | string)[] = [];
  const rig = new Rig(
    {
      *writer(self) {
        results.push(self.write(0, new Uint8Array(5000)), self.write(0, new Uint8Array(4096)));
        yield { kind: 'writable', fd: 0 };
        results.push(self.write(0, new Uint8Array(4096)));
        yield { kind: 'sleep', ms: 100 };
        results.push(self.write(0, new Uint8Array(1)));
        return 0;
      },
    },
    { pipeBytes: 8192 },
  );
  const output = rig.os.openOutput();
  assert.ok(output.ok);
  rig.spawn('writer', [output.write]);
  rig.os.close(output.write);
  rig.pass(50);
  assert.deepEqual(results, [5000, 'EAGAIN']);
  assert.equal(rig.kernel.children()[0]?.unread(0), 5000);
  rig.os.read(output.read, 100);
  rig.pass(10);
  assert.deepEqual(results, [5000, 'EAGAIN'], 'not yet room for a page');
  rig.os.read(output.read, 5000);
  rig.pass(10);
  assert.deepEqual(results, [5000, 'EAGAIN', 4096]);
  rig.os.close(output.read);
  rig.pass(100);
  assert.deepEqual(results, [5000, 'EAGAIN', 4096, 'EPIPE']);
});

test('descriptors of the master have the lowest number that is free, and a name each', () => {
  const rig = new Rig();
  const { os, kernel } = rig;
  const channel = os.openChannel();
  assert.ok(channel.ok);
  const child = rig.spawn('forever');
  os.close(channel.read);
  const listener = rig.listen();
  assert.equal(listener, channel.read);
  const names = [...kernel.masterDescriptors().values()].map((name) => name.replace(/:\d+/, ''));
  assert.deepEqual(names, ['eventfd', 'epoll', 'socket', 'pipe', 'pidfd']);
  assert.equal(kernel.masterDescriptors().get(child.pidfd), `pidfd:${child.pid}`);
});
