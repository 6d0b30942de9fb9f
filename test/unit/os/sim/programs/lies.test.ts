// The lies of a worker: what its channel gets, and that the truth comes back when the world is well.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Behaviour, behavioursOf } from '../../../../../src/os/sim/programs/index.ts';
import { type Actor, Stage } from './support/stage.ts';

const CLIENTS = 20;

/** A liar serves its clients, one after the other. */
function story(behaviour: Behaviour, environment: string[] = []) {
  const world = { healed: false };
  const stage = new Stage();
  const worker = stage.worker({ behaviour, healed: () => world.healed }, environment);
  for (let client = 0; client < CLIENTS; client += 1) {
    stage.client();
    stage.pass(300);
  }
  return { world, stage, worker, said: worker.says().split(' ') };
}

const count = (said: readonly string[], word: string) => said.filter((each) => each === word).length;

test('lie-duplicate: some messages twice', () => {
  const { said } = story('lie-duplicate');
  assert.ok(said.length > 3 * CLIENTS + 1);
  assert.ok(count(said, 'connection') < 2 * CLIENTS, 'not all');
});

test('lie-missing: some messages never', () => {
  const { said } = story('lie-missing');
  assert.ok(said.length > 0 && said.length < 3 * CLIENTS);
});

test('lie-reordered: all messages, in another order', () => {
  const { said } = story('lie-reordered');
  assert.equal(count(said, 'connection'), CLIENTS);
  assert.match(said.join(' '), /connection unavailable/);
  assert.match(said.join(' '), /available connection available/);
});

test('lie-garbled: as many messages, some of them none', () => {
  const { said } = story('lie-garbled');
  assert.equal(said.length, 3 * CLIENTS + 1);
  assert.ok(count(said, 'unknown') > CLIENTS / 2);
});

test('lie-truncated: bytes are missing', () => {
  const lengths: number[] = [];
  const stage = new Stage({
    observer: { wrote: (_child, fd, bytes) => fd === 3 && lengths.push(bytes.length) },
  });
  stage.worker({ behaviour: 'lie-truncated' });
  for (let client = 0; client < CLIENTS; client += 1) stage.client();
  stage.pass(10_000);
  assert.equal(lengths.length, 3 * CLIENTS + 1);
  assert.ok(lengths.some((length) => length < 8) && lengths.some((length) => length === 8));
});

test('lie-foreign-pid: some messages in the name of another', () => {
  const { said } = story('lie-foreign-pid');
  assert.ok(count(said, 'of') > CLIENTS / 2);
});

test('lie-available-busy: AVAILABLE with the client in hand', () => {
  const { said } = story('lie-available-busy');
  assert.equal(said.join(' '), `available${' unavailable connection available available'.repeat(CLIENTS)}`);
});

const liesOf = (): readonly Behaviour[] => behavioursOf('cyrus').filter((name) => name.startsWith('lie-'));

for (const behaviour of liesOf()) {
  test(`${behaviour}: healed, it says AVAILABLE while it is idle, and tells the truth from then on`, () => {
    const { world, stage, worker } = story(behaviour);
    world.healed = true;
    stage.pass(1_000);
    assert.match(worker.says(), /available$/);
    stage.client();
    stage.pass(1_000);
    assert.equal(worker.says(), 'unavailable connection available');
  });
}

test('a healed liar with several clients ends: nobody can tell its master how many it has', () => {
  const { world, stage, worker }: { world: { healed: boolean }; stage: Stage; worker: Actor } = story(
    'lie-missing',
    ['PREFORKD_CLIENT_LIMIT=3'],
  );
  world.healed = true;
  stage.pass(1_000);
  assert.equal(worker.ending, 'exit 0');
});

test('flood: pairs that change nothing, as fast as they are read, and an end', () => {
  const stage = new Stage();
  const worker = stage.worker({ behaviour: 'flood' });
  stage.pass(5_000);
  let said = worker.says();
  assert.match(said, /^available( unavailable available){4000}/);
  for (let reads = 0; reads < 20; reads += 1) {
    stage.pass(10);
    said += ` ${worker.says()}`;
  }
  assert.match(said.trimEnd(), /^available( unavailable available)+$/);
  stage.client();
  stage.pass(1_000);
  assert.equal(worker.says(), 'unavailable connection available');
});

test('a flood ends when the world is well', () => {
  const world = { healed: false };
  const stage = new Stage();
  const worker = stage.worker({ behaviour: 'flood', healed: () => world.healed });
  stage.pass(5_000);
  world.healed = true;
  stage.pass(100);
  assert.match(worker.says(), /unavailable available$/);
  stage.pass(100);
  assert.equal(worker.says(), '');
});
