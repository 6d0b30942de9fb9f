// The well-behaved worker of protocol `cyrus`: what it says, when, and how it ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './support/stage.ts';

const TWO_PLACES = ['PREFORKD_CLIENT_LIMIT=2'];

test('it says AVAILABLE when it is up, not before', () => {
  const stage = new Stage();
  const worker = stage.worker({ startupMs: 50 });
  stage.pass(40);
  assert.equal(worker.says(), '');
  stage.pass(20);
  assert.equal(worker.says(), 'available');
});

test('one client: UNAVAILABLE and CONNECTION with its greeting, AVAILABLE after its good-bye', () => {
  const stage = new Stage();
  const worker = stage.worker();
  stage.client({ holdMs: 1_000 });
  stage.pass(500);
  assert.equal(worker.says(), 'available unavailable connection');
  assert.equal(stage.outcomes, 'greeted');
  stage.pass(1_000);
  assert.equal(worker.says(), 'available');
  assert.equal(stage.outcomes, 'greeted served');
});

test('a C program of Cyrus is silent until its first client, and tells it in two writes', () => {
  const writes: number[] = [];
  const stage = new Stage({
    observer: { wrote: (_child, fd, bytes) => fd === 3 && writes.push(bytes.length) },
  });
  const worker = stage.worker({ announces: false });
  stage.pass(500);
  assert.equal(worker.says(), '');
  stage.client();
  stage.pass(500);
  assert.equal(worker.says(), 'unavailable connection available');
  assert.deepEqual(writes, [8, 8, 8]);
});

test('the second client of a worker for one waits until the first has gone', () => {
  const stage = new Stage();
  const worker = stage.worker();
  stage.client({ holdMs: 1_000 });
  stage.pass(200);
  stage.client({ holdMs: 1_000 });
  stage.pass(500);
  assert.equal(stage.outcomes, 'greeted');
  stage.pass(2_000);
  assert.equal(stage.outcomes, 'greeted served greeted served');
  assert.equal(worker.says(), `available${' unavailable connection available'.repeat(2)}`);
});

test('several clients: CONNECTION_MULTI each, UNAVAILABLE when full, AVAILABLE for each that goes', () => {
  const stage = new Stage();
  const worker = stage.worker({}, TWO_PLACES);
  stage.pass(100);
  for (const holdMs of [1_000, 2_000, 3_000]) stage.client({ holdMs });
  stage.pass(500);
  assert.equal(worker.says(), 'available connectionMulti connectionMulti unavailable');
  assert.equal(stage.outcomes, 'greeted greeted');
  stage.pass(10_000);
  assert.equal(worker.says(), 'available connectionMulti unavailable available available');
  assert.equal(stage.results.filter(({ outcome }) => outcome === 'served').length, 3);
});

for (const [signal, ending] of [
  ['SIGHUP', 'exit 0'],
  ['SIGTERM', 'exit 75'],
] as const) {
  test(`${signal} ends an idle worker at once with ${ending}, a busy one after its client`, () => {
    const stage = new Stage();
    const idle = stage.worker();
    stage.pass(100);
    idle.signal(signal);
    stage.pass(1);
    assert.equal(idle.ending, ending);
    assert.equal(idle.says(), 'available');

    const busy = stage.worker();
    stage.client({ holdMs: 1_000 });
    stage.pass(500);
    busy.signal(signal);
    stage.pass(100);
    assert.equal(busy.ending, 'running');
    stage.pass(1_000);
    assert.equal(busy.ending, ending);
    assert.equal(busy.says(), 'available unavailable connection');
    assert.equal(stage.outcomes, 'greeted served');
  });
}

test('a worker with places free and a client in hand says UNAVAILABLE when it is told, and takes nobody', () => {
  const stage = new Stage();
  const worker = stage.worker({}, TWO_PLACES);
  stage.client({ holdMs: 1_000 });
  stage.pass(500);
  worker.signal('SIGHUP');
  stage.pass(1);
  stage.client();
  stage.pass(200);
  assert.equal(worker.says(), 'available connectionMulti unavailable');
  stage.pass(1_000);
  assert.equal(worker.ending, 'exit 0');
  assert.equal(stage.outcomes, 'greeted served');
});

test('a signal before it is up ends it: it has no handlers yet', () => {
  const stage = new Stage();
  const worker = stage.worker({ startupMs: 100 });
  stage.pass(50);
  worker.signal('SIGHUP');
  stage.pass(10);
  assert.equal(worker.ending, 'SIGHUP');
});

test('it exits 0 after its last use, and after being idle for too long', () => {
  const stage = new Stage();
  const used = stage.worker({ usesMost: 1 });
  stage.client();
  stage.pass(1_000);
  assert.equal(used.ending, 'exit 0');
  assert.equal(used.says(), 'available unavailable connection');

  const idle = stage.worker({ idleTimeoutMs: 5_000 });
  stage.pass(60_000);
  assert.equal(idle.ending, 'running', 'one that was never used stays');
  stage.client();
  stage.pass(4_000);
  assert.equal(idle.ending, 'running');
  stage.pass(2_000);
  assert.equal(idle.ending, 'exit 0');
});

test('a socket that was shut down: ours ends with 75, a C program with 71', () => {
  const stage = new Stage();
  const ours = stage.worker();
  const theirs = stage.worker({ announces: false });
  stage.pass(100);
  const listener = stage.kernel.listeners()[0];
  assert.ok(listener);
  stage.os.refuseClients(stage.listener(listener.address), listener.address);
  stage.pass(10);
  assert.deepEqual([ours.ending, theirs.ending], ['exit 75', 'exit 71']);
});

test('a full channel blocks nobody: what it did not take is said later, in order', () => {
  const stage = new Stage({ pipeBytes: 4_096 });
  const worker = stage.worker({ workMs: 0 });
  for (let client = 0; client < 180; client += 1)
    stage.client({ holdMs: 0, requests: 0, patienceMs: 60_000 });
  stage.pass(30_000);
  assert.equal(stage.results.filter(({ outcome }) => outcome === 'served').length, 180);
  const early = worker.says();
  stage.pass(100);
  const said = `${early} ${worker.says()}`;
  assert.equal(said, `available${' unavailable connection available'.repeat(180)}`);
});
