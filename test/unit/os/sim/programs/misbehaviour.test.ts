// Each misbehaviour does what its name says.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Behaviour } from '../../../../../src/os/sim/programs/index.ts';
import { type Actor, Stage } from './support/stage.ts';

/** More than any deed waits for its random moment. */
const A_WHILE_MS = 2_000;

const DEADLY_SIGNALS = /^SIG(SEGV|ABRT|BUS)$|^exit 1$/;

class World {
  readonly stage = new Stage();
  healed = false;
  worker: Actor;

  constructor(behaviour: Behaviour, more: { announces?: boolean } = {}, environment: string[] = []) {
    this.worker = this.stage.worker({ behaviour, healed: () => this.healed, ...more }, environment);
  }
}

describe('at its start', () => {
  test('slow-start: comes up, late', () => {
    const { stage, worker } = new World('slow-start');
    stage.pass(200);
    assert.equal(worker.says(), '');
    stage.pass(5_000);
    assert.equal(worker.says(), 'available');
  });

  test('crash-at-start: dies before its first word', () => {
    const { stage, worker } = new World('crash-at-start');
    stage.pass(100);
    assert.match(worker.ending, DEADLY_SIGNALS);
    assert.equal(worker.says(), '');
  });

  test('hang-at-start: silent, and takes nobody; comes up when the world is well', () => {
    const world = new World('hang-at-start');
    const { stage, worker } = world;
    stage.client();
    stage.pass(9_000);
    assert.equal(worker.says() + stage.outcomes, '');
    world.healed = true;
    stage.pass(900);
    assert.equal(worker.says(), 'available unavailable connection available');
    assert.equal(stage.outcomes, 'greeted served');
  });

  test('a world that is well again has no bad starts', () => {
    const world = new World('crash-at-start');
    world.healed = true;
    world.stage.pass(100);
    assert.equal(world.worker.says(), 'available');
  });
});

describe('while it lives', () => {
  test('crash-idle: dies while nobody is there', () => {
    const { stage, worker } = new World('crash-idle');
    stage.pass(A_WHILE_MS);
    assert.match(worker.ending, DEADLY_SIGNALS);
    assert.equal(worker.says(), 'available');
  });

  test('crash-busy: lives while it is idle, dies with its client', () => {
    const { stage, worker } = new World('crash-busy');
    stage.pass(A_WHILE_MS);
    assert.equal(worker.ending, 'running');
    stage.client({ holdMs: 5_000 });
    stage.pass(A_WHILE_MS);
    assert.match(worker.ending, DEADLY_SIGNALS);
    assert.equal(worker.says(), 'available unavailable connection');
    assert.equal(stage.outcomes, 'greeted reset');
  });

  for (const behaviour of ['hang-idle', 'hang-busy'] as const) {
    test(`${behaviour}: hears no signal until the world is well`, () => {
      const world = new World(behaviour);
      const { stage, worker } = world;
      if (behaviour === 'hang-busy') stage.client({ holdMs: 5_000, patienceMs: 60_000 });
      stage.pass(A_WHILE_MS);
      worker.signal('SIGTERM');
      stage.pass(20_000);
      assert.equal(worker.ending, 'running');
      world.healed = true;
      stage.pass(10_000);
      assert.equal(worker.ending, 'exit 75');
    });
  }

  test('ignore-term: goes on after SIGTERM and SIGHUP, heeds them when the world is well', () => {
    const world = new World('ignore-term');
    const { stage, worker } = world;
    stage.pass(100);
    worker.signal('SIGTERM');
    worker.signal('SIGHUP');
    stage.client();
    stage.pass(5_000);
    assert.equal(stage.outcomes, 'greeted served');
    world.healed = true;
    stage.pass(1_000);
    assert.equal(worker.ending, 'exit 75');
  });

  for (const [behaviour, ending] of [
    ['exit-0', /^exit 0$/],
    ['exit-75', /^exit 75$/],
    ['exit-signal', /^SIG/],
    ['quits-unasked', /^exit 0$/],
  ] as const) {
    test(`${behaviour}: ends with ${ending.source}`, () => {
      const { stage, worker } = new World(behaviour);
      stage.pass(A_WHILE_MS);
      assert.match(worker.ending, ending);
    });
  }

  test('it misbehaves only after the time and the clients that were named', () => {
    const stage = new Stage();
    const worker = stage.worker({
      behaviour: 'exit-0',
      misbehavesAfterMs: 10_000,
      misbehavesAfterClients: 1,
    });
    stage.pass(60_000);
    assert.equal(worker.ending, 'running');
    stage.client();
    stage.pass(A_WHILE_MS);
    assert.equal(worker.ending, 'exit 0');
  });

  test('grandchild: the worker is gone, and its channel stays open for a while', () => {
    const { stage, worker } = new World('grandchild');
    stage.pass(A_WHILE_MS);
    assert.equal(worker.ending, 'exit 0');
    assert.equal(stage.kernel.living(), 1);
    stage.pass(20_000);
    assert.equal(stage.kernel.living(), 0);
  });

  test('shuts-listener: clients are refused, until a worker of ours listens again', () => {
    const { stage, worker } = new World('shuts-listener');
    stage.pass(A_WHILE_MS);
    assert.equal(worker.ending, 'exit 75');
    stage.client();
    stage.pass(100);
    assert.equal(stage.outcomes, 'refused');
    stage.worker();
    stage.pass(100);
    stage.client();
    stage.pass(1_000);
    assert.equal(stage.outcomes, 'refused greeted served');
  });

  test('chatty: stands still while its output is full, and comes to an end', () => {
    const { stage, worker } = new World('chatty');
    stage.pass(A_WHILE_MS);
    stage.client({ patienceMs: 500 });
    stage.pass(1_000);
    assert.equal(stage.outcomes, 'timed-out');
    let bytes = 0;
    for (let reads = 0; reads < 100; reads += 1) {
      bytes += worker.output().length;
      stage.pass(10);
    }
    assert.ok(bytes > 200_000 && bytes < 220_000, `${bytes}`);
    stage.client();
    stage.pass(1_000);
    assert.match(stage.outcomes, /greeted served$/);
  });

  test('half-message: three bytes, and it is dead', () => {
    const { stage, worker } = new World('half-message');
    stage.pass(A_WHILE_MS);
    assert.equal(worker.says(), 'available 3 bytes');
    assert.equal(worker.ending, 'exit 1');
  });
});
