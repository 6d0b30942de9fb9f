// The spawn policy: the formula of ARCHITECTURE.md by example, and what must hold for all figures.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { queueProportional, type SpawnFigures } from '../../../src/core/spawn-policy.ts';
import { FREE } from './support/figures.ts';

function decide(changes: Partial<SpawnFigures>) {
  const { spawn, need, constraint } = queueProportional({
    ...FREE,
    places: changes.ready ?? 0,
    ...changes,
  });
  return { spawn, need, constraint };
}

const EXAMPLES: readonly [string, Partial<SpawnFigures>, ReturnType<typeof decide>][] = [
  ['nobody waits', {}, { spawn: 0, need: 0, constraint: 'none' }],
  ['seven wait', { queue: 7 }, { spawn: 7, need: 7, constraint: 'none' }],
  ['prefork is kept on top', { queue: 7, minReady: 2 }, { spawn: 9, need: 9, constraint: 'none' }],
  ['ready ones take theirs', { queue: 7, ready: 5 }, { spawn: 2, need: 2, constraint: 'none' }],
  ['enough are ready', { queue: 2, ready: 5 }, { spawn: 0, need: -3, constraint: 'none' }],
  ['the living finish', { queue: 7, released: 5 }, { spawn: 2, need: 2, constraint: 'none' }],
  ['the living finish all', { queue: 7, released: 9 }, { spawn: 0, need: -2, constraint: 'released' }],
  ['one serves four', { queue: 9, clientlimit: 4 }, { spawn: 3, need: 3, constraint: 'none' }],
  [
    'free places take them',
    { queue: 3, clientlimit: 4, minReady: 1, ready: 1, places: 4 },
    { spawn: 0, need: 0, constraint: 'none' },
  ],
  [
    'the last free place is taken',
    { queue: 4, clientlimit: 4, minReady: 1, ready: 1, places: 4 },
    { spawn: 1, need: 1, constraint: 'none' },
  ],
  [
    'prefork counts workers, not places',
    { clientlimit: 4, minReady: 3, ready: 1, places: 4 },
    { spawn: 2, need: 2, constraint: 'none' },
  ],
  ['maxchild', { queue: 7, maxchild: 10, active: 8 }, { spawn: 2, need: 7, constraint: 'maxchild' }],
  ['above maxchild', { queue: 7, maxchild: 3, active: 8 }, { spawn: 0, need: 7, constraint: 'maxchild' }],
  ['start cap', { queue: 7, startRoom: 4, starting: 1 }, { spawn: 4, need: 7, constraint: 'start-cap' }],
  ['share', { queue: 7, startRoom: 1 }, { spawn: 1, need: 7, constraint: 'share' }],
  ['fork rate', { queue: 7, tokens: 3 }, { spawn: 3, need: 7, constraint: 'fork-rate' }],
  ['probe', { queue: 7, breakerAllowance: 1 }, { spawn: 1, need: 7, constraint: 'breaker-probe' }],
  ['halted', { queue: 7, halt: 'paused' }, { spawn: 0, need: 7, constraint: 'paused' }],
];

for (const [name, figures, expected] of EXAMPLES) {
  test(`by example: ${name}`, () => assert.deepEqual(decide(figures), expected));
}

const limit = fc.oneof(fc.nat(50), fc.constant(Number.POSITIVE_INFINITY));
const freeFigures = fc.record({
  queue: fc.nat(500),
  clientlimit: fc.integer({ min: 1, max: 20 }),
  minReady: fc.nat(50),
  ready: fc.nat(100),
  places: fc.nat(400),
  released: fc.nat(100),
  active: fc.nat(200),
  maxchild: fc.oneof(fc.nat(200), fc.constant(Number.POSITIVE_INFINITY)),
  starting: fc.nat(20),
  startRoom: limit,
  tokens: limit,
  breakerAllowance: fc.constantFrom(0, 1, Number.POSITIVE_INFINITY),
  halt: fc.constantFrom(
    'none',
    'none',
    'none',
    'paused',
    'disabled',
    'stopping',
    'fork-failed',
    'breaker-open',
  ),
});
const anyFigures: fc.Arbitrary<SpawnFigures> = freeFigures.map((figures) => {
  const { clientlimit, ready, places } = figures;
  return { ...figures, places: clientlimit === 1 ? ready : Math.min(places, ready * clientlimit) };
});

test('never less than none, never more than is needed or any limit allows', () => {
  fc.assert(
    fc.property(anyFigures, (figures) => {
      const { spawn, need } = queueProportional(figures);
      assert.ok(spawn >= 0);
      assert.ok(spawn <= Math.max(0, need));
      assert.ok(spawn <= Math.max(0, figures.maxchild - figures.active));
      assert.ok(spawn <= figures.startRoom && spawn <= figures.tokens && spawn <= figures.breakerAllowance);
      if (figures.halt !== 'none') assert.equal(spawn, 0);
    }),
  );
});

test('the constraint names the tightest limit, and only when something binds', () => {
  fc.assert(
    fc.property(anyFigures, (figures) => {
      const { spawn, need, constraint } = queueProportional(figures);
      if (need > 0 && spawn === need) return assert.equal(constraint, 'none');
      if (need <= 0) return assert.ok(constraint === 'none' || constraint === 'released');
      if (figures.halt !== 'none') return assert.equal(constraint, figures.halt);
      const rooms: Record<string, number> = {
        maxchild: Math.max(0, figures.maxchild - figures.active),
        'fork-rate': figures.tokens,
        'breaker-probe': figures.breakerAllowance,
        'start-cap': figures.startRoom,
        share: figures.startRoom,
      };
      assert.equal(rooms[constraint], spawn);
      assert.equal(Math.min(...Object.values(rooms)), spawn);
    }),
  );
});

test('one client more never means fewer workers', () => {
  fc.assert(
    fc.property(anyFigures, fc.nat(20), (figures, more) => {
      const before = queueProportional(figures).spawn;
      assert.ok(queueProportional({ ...figures, queue: figures.queue + more }).spawn >= before);
    }),
  );
});

test('nothing moves without a reason: as many as are ready and needed, none is spawned', () => {
  fc.assert(
    fc.property(anyFigures, (figures) => {
      const ready = Math.ceil(figures.queue / figures.clientlimit) + figures.minReady;
      const places = ready * figures.clientlimit;
      assert.equal(queueProportional({ ...figures, ready, places }).spawn, 0);
    }),
  );
});
