// The same options and the same calls give the same world, to the last digit of every time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entropy } from '../../../../src/lib/entropy.ts';
import type { Program } from '../../../../src/os/sim/program.ts';
import { LISTEN_FD, STATUS_FD } from '../../../../src/protocol/fds.ts';
import { encodeStatus } from '../../../../src/protocol/status-message.ts';
import { Rig, TCP } from './support/rig.ts';

/** Takes clients for a time of its own drawing, says so, and crashes now and then. */
const worker: Program = function* (self) {
  for (;;) {
    const woken = yield { kind: 'accept', fd: LISTEN_FD, limitMs: self.entropy.between(10, 2000) };
    if (woken.kind === 'timeout') return 0;
    if (woken.kind !== 'connected') continue;
    self.write(STATUS_FD, encodeStatus('unavailable', self.pid));
    yield { kind: 'sleep', ms: self.entropy.exponential(40) };
    if (self.entropy.chance(0.1)) yield { kind: 'die', signal: 'SIGSEGV' };
    self.close(woken.fd);
    self.write(STATUS_FD, encodeStatus('available', self.pid));
  }
};

function life(seed: number): { lines: readonly string[]; now: number; calls: number } {
  const draws = entropy(seed).stream('calls');
  const rig = new Rig(
    { worker },
    { entropy: entropy(seed), pidMost: 12, callMs: () => draws.between(0.001, 0.01) },
  );
  const { os, kernel } = rig;
  const listener = rig.listen(TCP, 2);
  const channel = os.openChannel();
  assert.ok(channel.ok);
  const arrivals = entropy(seed).stream('arrivals');
  for (let count = 0; count < 200; count += 1)
    rig.kernel.at(rig.now + arrivals.between(0, 5000), () => rig.client('c'));
  for (let turn = 0; turn < 300; turn += 1) {
    kernel.turnBegins();
    os.poll([listener, channel.read], 20);
    os.read(channel.read, 4096);
    for (const child of kernel.children()) {
      const pidfd =
        [...kernel.masterDescriptors()].find(([, name]) => name === `pidfd:${child.pid}`)?.[0] ?? -1;
      if (os.wait(pidfd).kind !== 'running') os.close(pidfd);
    }
    if (kernel.children().length < 5) rig.spawn('worker', ['null', 'null', 'null', channel.write, listener]);
  }
  return { lines: rig.lines, now: kernel.now(), calls: kernel.calls };
}

test('the same seed gives the same life, another seed another', () => {
  const first = life(1);
  assert.deepEqual(life(1), first);
  assert.notDeepEqual(life(2).lines, first.lines);
  assert.ok(first.lines.some((line) => line.includes('SIGSEGV')));
  assert.ok(first.lines.some((line) => /pid \d+ \(worker\) says UNAVAILABLE$/.test(line)));
  assert.ok(first.lines.some((line) => /client c is queued at 127\.0\.0\.1:143 \(\d wait\)/.test(line)));
});
