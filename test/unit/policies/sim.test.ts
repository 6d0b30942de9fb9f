// The simulated comparison: its figures are the same every time, its processors are shared, and what is known of a policy
// without any computer comes out.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { PolicyName } from '../../../bench/policies/index.ts';
import { Processors } from '../../../bench/policies/sim/processors.ts';
import { type SimStorm, STORMS } from '../../../bench/policies/sim/storms.ts';
import { COSTS, PROCESSORS, simulate } from '../../../bench/policies/sim/world.ts';
import { entropy } from '../../../src/lib/entropy.ts';
import { createSimKernel } from '../../../src/os/sim/kernel.ts';
import type { Program } from '../../../src/os/sim/program.ts';

function stormNamed(name: string): SimStorm {
  const found = STORMS.find((storm) => storm.name === name);
  assert.ok(found, name);
  return found;
}

const run = (storm: string, policy: PolicyName) => simulate(stormNamed(storm), policy, 1);

test('four who work at once on two processors take twice as long, and a short one is not kept behind long ones', () => {
  const kernel = createSimKernel({
    entropy: entropy('processors'),
    exec: () => 'ENOENT',
    observer: {},
    interruptions: 'linux',
    startWallMs: 0,
    timezone: 'UTC',
    somaxconn: 1,
    pidMost: 100,
    pipeBytes: 65_536,
    descriptorsMost: 100,
    callMs: () => 0,
    spawnMs: () => 0,
    execMs: () => 0,
    callsPerTurnMost: 1_000,
    tracing: false,
  });
  const processors = new Processors(2);
  const began = kernel.now();
  const doneAfterMs: number[] = [];
  const works = (ms: number): Program =>
    function* (self) {
      yield* processors.work(self, ms);
      doneAfterMs.push(Math.round(self.now() - began));
      return 0;
    };
  for (const ms of [20, 20, 20, 20, 2]) kernel.startClient(`works ${ms}`, works(ms));
  kernel.os.poll([], 1_000);
  assert.ok((doneAfterMs[0] ?? 0) <= 6, `the short one was done after ${doneAfterMs[0]} ms`);
  for (const ms of doneAfterMs.slice(1)) assert.ok(ms >= 39 && ms <= 42, `${ms} ms`);
});

test('the same seed and policy give the same figures', () => {
  assert.deepEqual(run('held-5', 'apache-doubling'), run('held-5', 'apache-doubling'));
});

test('every policy that looks at clients greets all who stay, and none beats the processors', () => {
  const leastMs = (195 * COSTS.startMs * 0.9) / PROCESSORS;
  for (const policy of ['queue-proportional', 'one-at-a-time', 'without-start-cap'] as const) {
    const { neverGreeted, lastGreetingMs, spawned, wasted } = run('held-5', policy);
    assert.deepEqual({ neverGreeted, spawned, wasted }, { neverGreeted: 0, spawned: 199, wasted: 5 }, policy);
    assert.ok(lastGreetingMs > leastMs, `${policy}: ${lastGreetingMs} ms`);
  }
});

test('one at a time uses one processor of two', () => {
  const { lastGreetingMs } = run('held-0', 'one-at-a-time');
  assert.ok(lastGreetingMs > 1.8 * run('held-0', 'start-cap-2').lastGreetingMs, `${lastGreetingMs} ms`);
});

test('Apache comes to two hundred within eleven beats, and no sooner', () => {
  const { lastGreetingMs, spawned } = run('held-5', 'apache-doubling');
  assert.ok(lastGreetingMs > 9_000 && lastGreetingMs < 11_500, `${lastGreetingMs} ms`);
  assert.equal(spawned, 1 + 2 + 4 + 8 + 16 + 6 * 32);
});

test('uWSGI leaves those behind who are no more than its overload', () => {
  const storm = { ...stormNamed('held-5'), limitMs: 300_000 };
  assert.equal(simulate(storm, 'uwsgi-backlog', 1).neverGreeted, 3);
});

test('without a start cap, short sessions wait for workers that nobody needs', () => {
  const [capped, uncapped] = [run('short-5', 'queue-proportional'), run('short-5', 'without-start-cap')];
  assert.ok(
    uncapped.lastOverMs > 3 * capped.lastOverMs,
    `${uncapped.lastOverMs} against ${capped.lastOverMs} ms`,
  );
  assert.ok(uncapped.wasted > 50 && capped.wasted < 5);
});

test('who is turned away comes back, and is counted from his first attempt', () => {
  const { neverGreeted, p50Ms, p99Ms } = run('reconnect', 'queue-proportional');
  assert.equal(neverGreeted, 0);
  assert.ok(p99Ms > 2_000, `some came twice: ${p99Ms} ms`);
  assert.ok(p50Ms < 2_000, `most did not: ${p50Ms} ms`);
});
