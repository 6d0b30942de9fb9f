// The last words of a worker that has died: read to the end, also when reads are interrupted or bring a byte at a time,
// since they decide in which state it died and whether that was a failure.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Fact } from '../../../src/core/facts.ts';
import { createMaster } from '../../../src/core/master.ts';
import { begin, turn } from '../../../src/core/supervisor.ts';
import { entropy } from '../../../src/lib/entropy.ts';
import { type ChaosPlan, withChaos } from '../../../src/os/chaos.ts';
import { FakeOs } from './support/fake-os.ts';
import { masterSpec, service } from './support/specs.ts';

const SEEDS = 200;

/** One worker serves `clients` within one turn, takes another, complains on stderr and dies of SIGSEGV. */
function death(plan: ChaosPlan, seed: number, clients: number) {
  const port = new FakeOs();
  const facts: Fact[] = [];
  const outlet = {
    takeCommands: () => [],
    publish: (output: { readonly facts: readonly Fact[] }) => facts.push(...output.facts),
  };
  const { os } = withChaos(port, plan, entropy(seed));
  const master = createMaster(os, masterSpec({ services: [service({ prefork: 1 })] }), outlet, {
    masterPid: 1,
    environment: {},
    quiet: [],
  });
  begin(master);
  while (port.processes.length === 0) turn(master);
  const worker = port.processes[0];
  assert.ok(worker);
  for (let served = 0; served < clients; served += 1) worker.say('unavailable', 'connection', 'available');
  worker.takeClient();
  worker.write(2, 'no library\n');
  worker.die('SIGSEGV');
  const exited = () => facts.find((fact) => fact.kind === 'exited');
  for (let turns = 0; turns < 2_000 && exited() === undefined; turns += 1) turn(master);
  const fact = exited();
  assert.equal(fact?.kind, 'exited');
  return { state: fact.state, uses: fact.uses, lastStderr: fact.lastStderr };
}

const PLANS: Readonly<Record<string, ChaosPlan>> = {
  'reads and polls that are interrupted': { 'read-eagain': 0.3, eintr: 0.9 },
  'reads that are short': { 'short-read': 0.5 },
  'both, and exits that are told late': { 'read-eagain': 0.3, 'short-read': 0.5, 'epoll-few': 0.5 },
};

for (const [name, plan] of Object.entries(PLANS)) {
  test(`nothing of the last words is lost to ${name}`, () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const expected = { state: 'busy', uses: 31, lastStderr: 'no library' };
      assert.deepEqual(death(plan, seed, 30), expected, `seed ${seed}`);
    }
  });
}
