// Time and poll(2) on the simulated machine: when it passes, for whom, and what interrupts a wait.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unbounded } from '../../../../src/os/sim/options.ts';
import { Rig } from './support/rig.ts';

test('Linux: a signal interrupts a poll that waits, and no other', () => {
  const rig = new Rig();
  const { os, kernel } = rig;
  kernel.signalMaster();
  assert.equal(os.poll([os.wakeFd], 5).kind, 'timeout');
  const began = rig.now;
  kernel.at(began + 3, () => kernel.signalMaster());
  assert.equal(os.poll([os.wakeFd], 100).kind, 'interrupted');
  assert.equal(rig.now, began + 3);
  assert.equal(os.poll([os.wakeFd], 5).kind, 'timeout');
});

test('Linux: what is ready is told first, though a signal came in the same moment', () => {
  const { os, kernel, now } = new Rig();
  kernel.at(now + 3, () => {
    kernel.signalMaster();
    kernel.wake();
  });
  assert.equal(os.poll([os.wakeFd], 100).kind, 'ready');
  assert.equal(os.poll([os.wakeFd], 0).kind, 'ready');
});

test('solaris: a signal at any time makes the next poll say EINTR, even when something is ready', () => {
  const { os, kernel } = new Rig({}, { interruptions: 'solaris' });
  kernel.wake();
  kernel.signalMaster();
  assert.equal(os.poll([os.wakeFd], 100).kind, 'interrupted');
  assert.equal(os.poll([os.wakeFd], 100).kind, 'ready');
});

test('solaris: as many interruptions as signals, so that a storm of them starves the caller', () => {
  const { os, kernel } = new Rig({}, { interruptions: 'solaris' });
  kernel.wake();
  for (let count = 0; count < 20; count += 1) kernel.signalMaster();
  const outcomes = Array.from({ length: 21 }, () => os.poll([os.wakeFd], 0).kind);
  assert.deepEqual(outcomes, [...Array.from({ length: 20 }, () => 'interrupted'), 'ready']);
});

test('a stall makes the next call longer, and all others go on meanwhile', () => {
  const rig = new Rig();
  let happenedAt = 0;
  rig.kernel.at(rig.now + 500, () => {
    happenedAt = rig.now;
  });
  const [began, busy] = [rig.now, rig.kernel.busyMs];
  rig.kernel.stall(2000);
  assert.equal(rig.os.poll([], 0).kind, 'timeout');
  assert.equal(happenedAt, began + 500);
  assert.ok(rig.now - began >= 2000);
  assert.ok(rig.kernel.busyMs - busy >= 2000 && rig.kernel.busyMs - busy < 2001);
  rig.pass(10);
  assert.ok(rig.kernel.busyMs - busy < 2001, 'waiting is not busy');
});

test('reading the clock is no system call, and yet it goes on', () => {
  const { os, kernel } = new Rig();
  const calls = kernel.calls;
  const began = os.now();
  assert.ok(os.now() > began);
  assert.equal(kernel.calls, calls);
});

test('a turn without end is told as such, whether it calls or only reads the clock', () => {
  const { os, kernel } = new Rig({}, { callsPerTurnMost: 100 });
  const spin = (call: () => void) => () => {
    for (;;) call();
  };
  assert.throws(
    spin(() => os.epollReady(1)),
    Unbounded,
  );
  kernel.turnBegins();
  assert.throws(
    spin(() => os.now()),
    Unbounded,
  );
  kernel.turnBegins();
  assert.equal(os.poll([], 1).kind, 'timeout');
});

test('a world in which nothing will ever happen is our contradiction, when poll waits for ever', () => {
  const { os } = new Rig();
  assert.throws(() => os.poll([os.wakeFd], Number.POSITIVE_INFINITY), { name: 'Contradiction' });
});

test('a program that spins is told as such', () => {
  const rig = new Rig({
    *spinner() {
      for (;;) yield { kind: 'readable', fds: [0] };
    },
    *napper() {
      for (;;) yield { kind: 'sleep', ms: 0 };
    },
  });
  rig.spawn('spinner', ['null']);
  assert.throws(() => rig.pass(1), { name: 'Contradiction' });
  const other = new Rig(rig.programs);
  other.spawn('napper');
  assert.throws(() => other.pass(1), { name: 'Contradiction' });
});

test('the wall clock jumps, the monotonic one does not; the calendar is of the given zone', () => {
  const rig = new Rig();
  const { os, kernel } = rig;
  const [monotonic, wall] = [os.now(), os.wallClock()];
  kernel.jumpWallClock(3_600_000);
  assert.ok(os.now() - monotonic < 1);
  assert.ok(os.wallClock() - wall >= 3_600_000);
  // Daylight saving begins in Berlin on 2026-03-29: 04:00 there is 02:00 UTC.
  assert.equal(os.nextOccurrence('0 4 * * *', Date.UTC(2026, 2, 28, 12)), Date.UTC(2026, 2, 29, 2));
});

test('a channel wakes the master through epoll in the moment in which it is written', () => {
  const rig = new Rig({
    *speaker(self) {
      yield { kind: 'sleep', ms: 40 };
      self.write(0, new Uint8Array(8));
      for (;;) yield { kind: 'forever' };
    },
  });
  const { os } = rig;
  const channel = os.openChannel();
  assert.ok(channel.ok);
  os.epollAdd(channel.read, 7);
  const spawned = rig.now;
  rig.spawn('speaker', [channel.write]);
  assert.deepEqual(os.poll([os.wakeFd, os.epollFd], 1000), { kind: 'ready', fds: [os.epollFd] });
  assert.ok(Math.abs(rig.now - spawned - 40.7) < 0.01, String(rig.now - spawned));
  assert.deepEqual(os.epollReady(10), [7]);
});

test('a file that a child shares stays in epoll when the master closes its number', () => {
  const { os } = new Rig();
  const channel = os.openOutput();
  assert.ok(channel.ok);
  os.epollAdd(channel.read, 9);
  const spawned = os.spawn({ path: 'forever', argv: [], environment: [], descriptors: [channel.read] });
  assert.equal(spawned.kind, 'spawned');
  os.close(channel.read);
  os.close(channel.write);
  assert.deepEqual(os.epollReady(10), [9]);
});
