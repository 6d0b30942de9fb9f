// The table of worker states, swept cell by cell, and the ledger that applies it: counts are never negative, a
// worker stands in the set of its state and in no other, and the dead change nothing but the connection count.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { BOARD_LENGTH, SERVICE_FIELD, serviceView } from '../../../src/core/board.ts';
import { apply, enter } from '../../../src/core/ledger.ts';
import { activeCount } from '../../../src/core/owner.ts';
import { createService, type Service } from '../../../src/core/service.ts';
import type { Worker } from '../../../src/core/worker.ts';
import {
  transition,
  WORKER_EVENTS,
  WORKER_STATES,
  type WorkerEvent,
  type WorkerState,
} from '../../../src/core/worker-states.ts';
import { Contradiction } from '../../../src/lib/assert.ts';
import { service } from './support/specs.ts';

function newService(): Service {
  return createService(service(), { slot: 0, view: serviceView(new Float64Array(BOARD_LENGTH), 0) }, 0);
}

function newWorker(owner: Service, serial: number): Worker {
  const worker: Worker = {
    serial,
    kind: 'service',
    owner,
    pid: 100 + serial,
    pidfd: 10 + serial,
    channel: { kind: 'none' },
    outputs: [],
    state: 'starting',
    clients: 0,
    uses: 0,
    spawnedAt: 0,
    changedAt: 0,
    busySince: undefined,
    waitsTold: 0,
    onDemand: false,
    takenBefore: 0,
    spoken: false,
    complained: false,
    signalWhenStarted: undefined,
    nudged: false,
    stopLimit: { at: Number.POSITIVE_INFINITY, timerAt: Number.POSITIVE_INFINITY },
    told: undefined,
    seenEnded: false,
    lastStderr: '',
    statusText: '',
    watchdogAt: 0,
  };
  enter(worker);
  return worker;
}

/** The events that bring a new worker into a state. */
const WAY: Record<WorkerState, readonly WorkerEvent[]> = {
  starting: [],
  ready: ['available'],
  busy: ['unavailable'],
  draining: ['told'],
  dead: ['ended'],
};

function setsOf(worker: Worker, owner: Service): string[] {
  return Object.entries(owner.workers)
    .filter(([, workers]) => workers.has(worker))
    .map(([state]) => state);
}

test('every cell: the worker stands in the set of its new state and in no other', () => {
  for (const state of WORKER_STATES) {
    for (const event of WORKER_EVENTS) {
      const cell = transition(state, event);
      const owner = newService();
      const worker = newWorker(owner, 1);
      for (const step of WAY[state]) apply(worker, step, 1);
      if (cell.contradiction) {
        assert.throws(() => apply(worker, event, 2), Contradiction, `${state} ${event}`);
        continue;
      }
      const change = apply(worker, event, 2);
      assert.deepEqual([change.from, change.to, worker.state], [state, cell.to, cell.to]);
      assert.deepEqual(setsOf(worker, owner), cell.to === 'dead' ? [] : [cell.to]);
      assert.ok(worker.clients >= 0);
      assert.equal(worker.uses, cell.counts === 'connection' ? 1 : 0);
      assert.equal(owner.view[SERVICE_FIELD.connections], worker.uses);
      if (cell.odd !== undefined && !cell.oddOnlyWithoutClient) assert.equal(change.odd, cell.odd);
      if (cell.odd === undefined) assert.equal(change.odd, undefined);
    }
  }
});

test('the dead stay dead', () => {
  for (const event of WORKER_EVENTS) assert.equal(transition('dead', event).to, 'dead');
});

test('who is told to finish never takes part again', () => {
  for (const event of WORKER_EVENTS) {
    const { to } = transition('draining', event);
    assert.equal(to, event === 'ended' ? 'dead' : 'draining');
  }
});

test('contradictions are only what the master alone can cause', () => {
  const ours: readonly WorkerEvent[] = ['handed', 'ended'];
  for (const state of WORKER_STATES) {
    for (const event of WORKER_EVENTS) {
      if (transition(state, event).contradiction) assert.ok(ours.includes(event), `${state} ${event}`);
    }
  }
});

test('AVAILABLE while ready is odd only for a worker that has spoken and has no client', () => {
  const worker = newWorker(newService(), 1);
  apply(worker, 'presumed', 1);
  assert.equal(apply(worker, 'available', 2).odd, undefined, 'its first word');
  assert.equal(apply(worker, 'available', 3).odd, 'AVAILABLE while ready');
  apply(worker, 'connectionMulti', 4);
  assert.equal(apply(worker, 'available', 5).odd, undefined, 'it finished a client');
});

test('any words in any order: counts add up, nothing is negative, nothing throws', () => {
  const words: readonly WorkerEvent[] = [
    'available',
    'unavailable',
    'connection',
    'connectionMulti',
    'presumed',
    'told',
  ];
  const step = fc.record({ who: fc.nat(4), event: fc.constantFrom<WorkerEvent>(...words, 'ended') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const owner = newService();
      const workers = [0, 1, 2, 3, 4].map((serial) => newWorker(owner, serial));
      for (const [now, { who, event }] of steps.entries()) {
        const worker = workers[who];
        if (!worker || (worker.state === 'dead' && event === 'ended')) continue;
        apply(worker, event, now);
        assert.ok(worker.clients >= 0);
        const alive = workers.filter(({ state }) => state !== 'dead');
        assert.equal(activeCount(owner.workers), alive.length);
        for (const { state } of alive) assert.ok(owner.workers[state as 'ready'].size > 0);
      }
      const uses = workers.reduce((sum, worker) => sum + worker.uses, 0);
      assert.equal(owner.view[SERVICE_FIELD.connections], uses);
    }),
  );
});

test('a worker enters once, as starting', () => {
  const worker = newWorker(newService(), 1);
  apply(worker, 'available', 1);
  assert.throws(() => enter(worker), Contradiction);
});

test('a client finished by a worker that is told to finish frees no place', () => {
  const owner = newService();
  const [stays, goes] = [newWorker(owner, 1), newWorker(owner, 2)];
  for (const worker of [stays, goes]) apply(worker, 'connection', 1);
  apply(goes, 'told', 2);
  assert.equal(apply(stays, 'available', 3).completed, true);
  assert.equal(apply(goes, 'available', 3).completed, false);
});
