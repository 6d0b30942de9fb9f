// What becomes of clients, by what they are and what they find.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './programs/support/stage.ts';

test('polite: connected, greeted, served, each with its time', () => {
  const stage = new Stage();
  stage.worker({ startupMs: 50, workMs: 5 });
  stage.client({ holdMs: 300, requests: 2 });
  stage.pass(1_000);
  const [greeting, end] = stage.results;
  assert.deepEqual([greeting?.outcome, end?.outcome], ['greeted', 'served']);
  assert.equal(greeting?.endedAt, undefined);
  assert.ok(end?.connectedAt !== undefined && end.greetedAt !== undefined && end.endedAt !== undefined);
  assert.ok(end.startedAt <= end.connectedAt && end.connectedAt < end.greetedAt);
  assert.ok(end.endedAt - end.greetedAt >= 300);
});

test('nobody listens: refused', () => {
  const stage = new Stage();
  stage.client();
  stage.pass(10);
  assert.equal(stage.outcomes, 'refused');
});

test('nobody accepts: timed out after its patience', () => {
  const stage = new Stage();
  stage.worker({ behaviour: 'hang-at-start' });
  stage.client({ patienceMs: 4_000 });
  stage.pass(3_900);
  assert.equal(stage.outcomes, '');
  stage.pass(200);
  assert.equal(stage.outcomes, 'timed-out');
});

test('impatient: gives up long before', () => {
  const stage = new Stage();
  stage.worker({ behaviour: 'hang-at-start' });
  stage.client({ kind: 'impatient', patienceMs: 10_000 });
  stage.pass(2_100);
  assert.equal(stage.outcomes, 'gave-up');
});

test('the server dies with it: reset', () => {
  const stage = new Stage();
  const worker = stage.worker();
  stage.client({ holdMs: 5_000 });
  stage.pass(500);
  worker.signal('SIGKILL');
  stage.pass(100);
  assert.equal(stage.outcomes, 'greeted reset');
});

test('hang-up: goes half-way, while it is queued too', () => {
  const stage = new Stage();
  const worker = stage.worker({ startupMs: 3_000 });
  stage.client({ kind: 'hang-up', holdMs: 500 });
  stage.pass(1_000);
  assert.equal(stage.outcomes, 'gave-up');
  stage.pass(3_000);
  assert.equal(worker.says(), 'available unavailable connection available');
  stage.client({ kind: 'hang-up', holdMs: 500 });
  stage.pass(1_000);
  assert.equal(stage.outcomes, 'gave-up greeted gave-up');
  assert.equal(worker.says(), 'unavailable connection available');
});

test('slow-loris: holds a worker, says nothing, and goes', () => {
  const stage = new Stage();
  const worker = stage.worker();
  stage.client({ kind: 'slow-loris', holdMs: 30_000 });
  stage.pass(29_000);
  assert.equal(worker.says(), 'available unavailable connection');
  stage.pass(2_000);
  assert.equal(stage.outcomes, 'greeted served');
  assert.equal(worker.says(), 'available');
});
