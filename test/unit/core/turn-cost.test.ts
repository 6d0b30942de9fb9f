// A turn looks at what has happened and never at everybody. What the core does in a turn is counted and not timed: how
// often V8 has entered a block of its code, for a master with few workers and for one with many. A sweep over all of
// them, which Cyrus's master makes over 10,000 places, would count.

import { strict as assert } from 'node:assert';
import { type Profiler, Session } from 'node:inspector';
import { test } from 'node:test';
import { masterSpec, service } from './support/specs.ts';
import { World } from './support/story.ts';

const FEW = 10;
const MANY = 500;
/** Blocks: a timer more or less. One block for each worker would be far above it. */
const SLACK = 40;
const CORE = '/src/core/';

const session = new Session();
session.connect();
session.post('Profiler.enable');
// Before any of the core has run: blocks are counted only in functions that are compiled after this.
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** How often blocks of the core were entered since this was asked last. */
function entered(): number {
  let result: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, answer) => {
    assert.equal(error, null);
    result = answer.result;
  });
  const functions = result.filter(({ url }) => url.includes(CORE)).flatMap((script) => script.functions);
  return functions.flatMap(({ ranges }) => ranges).reduce((sum, { count }) => sum + count, 0);
}

function cost(what: () => void): number {
  entered();
  what();
  return entered();
}

/** All are up and idle, and have been for longer than a start may take. */
function masterWith(workers: number): World {
  const world = new World(masterSpec({ services: [service({ prefork: workers })] }));
  world.turn();
  for (let seconds = 0; world.counts().ready < workers && seconds < 600; seconds += 1) world.run(1_000);
  assert.equal(world.counts().ready, workers);
  world.run(10_000);
  return world;
}

/** At one moment of the clock: what comes once a second may look at more. */
function costsOf(workers: number): { readonly woken: number; readonly served: number } {
  const world = masterWith(workers);
  const serve = () => {
    world.process().say('unavailable', 'connection', 'available');
    world.turn();
  };
  const wake = () => {
    world.os.wake();
    world.turn();
  };
  // What is done at the first time only is done.
  wake();
  serve();
  const costs = { woken: cost(wake), served: cost(serve) };
  world.finish();
  return costs;
}

test('a turn that is woken, and one that serves, do no more with many workers than with few', () => {
  const [few, many] = [costsOf(FEW), costsOf(MANY)];
  assert.ok(few.woken > 0 && few.served > few.woken, 'something was counted');
  assert.ok(many.woken <= few.woken + SLACK, `woken: ${few.woken}, then ${many.woken}`);
  assert.ok(many.served <= few.served + SLACK, `served: ${few.served}, then ${many.served}`);
});
