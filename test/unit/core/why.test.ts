// "Why is nothing being spawned?": for every constraint a sentence with figures, and what would lift it.

import { strict as assert } from 'node:assert';
import { CONSTRAINTS, type Constraint } from '../../../src/core/board.ts';
import type { SpawnPolicy } from '../../../src/core/spawn-policy.ts';
import type { ServiceSpec } from '../../../src/core/spec.ts';
import { createStartCap } from '../../../src/core/start-cap.ts';
import { why } from '../../../src/core/why.ts';
import { daemon, service, serviceAt } from './support/specs.ts';
import { story, type World } from './support/story.ts';

interface Case {
  readonly spec?: Partial<ServiceSpec>;
  readonly bring: (world: World) => void;
  readonly sentence: RegExp;
}

const queue = (world: World, length: number) => {
  world.listener().queue = length;
  world.turns(2);
};

const CASES: Record<Constraint, Case> = {
  none: {
    bring: () => {},
    sentence: /^imap: no clients wait, 0 ready \(0 starting\), 0 busy; nothing more is needed\.$/,
  },
  maxchild: {
    spec: { maxchild: 2 },
    bring: (world) => queue(world, 5),
    sentence:
      /all 2 workers that maxchild allows are alive \(2\): raise it with "preforkd scale imap maxchild=N"/,
  },
  'start-cap': {
    bring: (world) => {
      world.master.startCap = createStartCap(2, 2);
      queue(world, 5);
    },
    sentence:
      /3 more would be needed, but 2 are starting now, and no more than 2 may start at a time, .* in time lifts that/,
  },
  share: {
    // Its first start is never held back, and the next ones are held back by the cap: this is for other policies.
    bring: (world) => {
      world.listener('pop3').queue = 3;
      queue(world, 0);
      const policy: SpawnPolicy = (figures) => ({ spawn: 0, need: 4, constraint: 'share', figures });
      Object.assign(world.master, { policy });
    },
    sentence:
      /4 more would be needed, but \d starts? of other services .* more than \d+ workers may start at a time: it is its turn as/,
  },
  'fork-rate': {
    spec: { maxforkrate: 2 },
    bring: (world) => queue(world, 5),
    sentence:
      /maxforkrate=2 allows that many forks per second, the next one in 0\.\d s: a higher maxforkrate and a reload/,
  },
  'fork-failed': {
    bring: (world) => {
      world.os.spawnError = () => ({ errno: 'EAGAIN', stage: 'fork' });
      queue(world, 1);
    },
    sentence: /the last fork failed .*: next attempt in 0\.1 s \(see "ulimit -u"/,
  },
  released: {
    spec: { prefork: 1 },
    bring: (world) => {
      world.turns(2);
      world.process().say('available');
      world.turn();
      world.service().startup.meanMs = 1_000;
      for (let done = 0; done < 40; done += 1) world.service().completions.completed(1_000, world.os.clock);
      queue(world, 5);
    },
    sentence:
      /20 clients are expected to be finished before a new worker would be up, which lasts as long as sessions/,
  },
  'breaker-open': {
    bring: (world) => {
      world.os.onSpawn = (process) => {
        process.write(2, 'no database\n');
        process.exit(1);
      };
      world.listener().queue = 5;
      world.turns(3);
    },
    sentence:
      /died before they served anybody \(last: pid \d+, exit 1, last said "no database"\): next attempt in 1\.0 s; mend the cause/,
  },
  'breaker-probe': {
    bring: (world) => {
      world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
      queue(world, 5);
      world.os.spawnError = () => undefined;
      world.run(1_500);
    },
    sentence: /\(the program could not be executed\): one is being tried, and lifts that when it comes up/,
  },
  paused: {
    bring: (world) => {
      world.ask({ kind: 'pause', service: 'imap' });
      queue(world, 1);
    },
    sentence: /^imap: 1 client waits, .*it is paused: "preforkd resume imap" lifts that/,
  },
  disabled: {
    spec: { failureRule: 'cyrus' },
    bring: (world) => {
      world.os.spawnError = () => ({ errno: 'ENOENT', stage: 'exec' });
      queue(world, 1);
    },
    sentence: /it was disabled after repeated failures .*: mend the cause and reload/,
  },
  stopping: {
    spec: { prefork: 1 },
    bring: (world) => {
      world.command({ kind: 'shutdown', reason: 'SIGTERM' });
      world.turn();
    },
    sentence:
      /the master is stopping, with \d workers? of it left and at most \d+\.\d s to go: nothing lifts that/,
  },
};

for (const constraint of CONSTRAINTS) {
  const { spec, bring, sentence } = CASES[constraint];
  story(`why: ${constraint}`, { services: [service(spec), serviceAt('pop3', 110)] }, (world) => {
    world.turn();
    bring(world);
    assert.match(why(world.master, world.service()), sentence);
  });
}

story('why: the worker that is tried fills the need', { services: [service({ prefork: 1 })] }, (world) => {
  world.os.onSpawn = (process) => process.exit(1);
  world.run(500);
  world.os.onSpawn = () => {};
  world.run(1_000);
  assert.equal(world.service().breaker.kind, 'probing');
  assert.match(
    why(world.master, world.service()),
    /^imap: no clients wait, 1 ready .*\(last: pid \d+, exit 1\): one is being tried, and lifts that when it comes up\.$/,
  );
});

story('why: an address that could not be bound', { services: [service()] }, (world) => {
  world.os.listenErrno = () => 'EACCES';
  world.turn();
  assert.match(
    why(world.master, world.service()),
    /listens nowhere: \S+:143 could not be bound .*"ss -lpn".* tried again every 10 s/,
  );
});

story('why: a removed service', { services: [service({ prefork: 1 })] }, (world) => {
  world.turn();
  const imap = world.service();
  imap.removed = true;
  assert.match(
    why(world.master, imap),
    /a reload has removed it, and its last 1 worker may finish: put it back/,
  );
});

story('why: a daemon', { daemons: [daemon()] }, (world) => {
  world.turn();
  assert.equal(
    why(world.master, world.service('idled')),
    'idled is a daemon, running; nothing more is needed.',
  );
});
