// What workers say, and what is believed of it: gossip is counted and reported and harms nobody. And messages are
// read in every turn, however often poll is interrupted (the incident that started this project).

import { strict as assert } from 'node:assert';
import { QUEUE_WAIT_BUCKETS, queueWaitField, SERVICE_FIELD } from '../../../src/core/board.ts';
import { INTERRUPTS_PER_POLL_MAX } from '../../../src/core/poll.ts';
import { encodeQueueWait, encodeStatus } from '../../../src/protocol/status-message.ts';
import { daemon, service } from './support/specs.ts';
import { story, type World } from './support/story.ts';

function badMessages(world: World): number {
  return world.service().view[SERVICE_FIELD.messagesBad] ?? 0;
}

const PREFORK_1 = { services: [service({ prefork: 1, maxchild: 1 })] };

story(
  '1,000 turns with every poll interrupted: messages are read and workers spawned all the same',
  {
    services: [service({ prefork: 2, maxchild: 400 })],
  },
  (world) => {
    world.os.interruptions = Number.POSITIVE_INFINITY;
    world.turn();
    for (let round = 1; round <= 300; round += 1) {
      world.process(round - 1).takeClient();
      world.turns(3);
      assert.equal(world.counts().busy, round);
      assert.equal(world.counts().ready, 2);
    }
    world.turns(100);
    assert.ok(world.counter('turns') >= 1_000);
    assert.equal(world.counter('pollGivenUp'), world.counter('turns'));
  },
);

story(
  'an interrupted poll is tried again without waiting, and given up after so many times',
  PREFORK_1,
  (world) => {
    world.run(2_000);
    const looks = world.os.polls.length;
    world.os.interruptions = INTERRUPTS_PER_POLL_MAX + 1;
    world.turn();
    const timeouts = world.os.polls.slice(looks).map(({ timeoutMs }) => timeoutMs);
    assert.equal(timeouts.length, INTERRUPTS_PER_POLL_MAX + 1);
    assert.ok((timeouts[0] ?? 0) > 0);
    assert.deepEqual(new Set(timeouts.slice(1)), new Set([0]));
    const { times, gaveUp } = world.told('interrupted').at(-1) ?? {};
    assert.deepEqual({ times, gaveUp }, { times: INTERRUPTS_PER_POLL_MAX, gaveUp: 1 });
  },
);

story('a poll interrupted once finds what is ready at the second look', PREFORK_1, (world) => {
  world.run(2_000);
  world.process().takeClient();
  world.os.interruptions = 1;
  world.turn();
  assert.equal(world.counts().busy, 1);
  assert.equal(world.told('interrupted').at(-1)?.gaveUp, 0);
});

story('a rain of signals is told once a second, in sums, and counted in full', PREFORK_1, (world) => {
  world.run(2_000);
  for (let turns = 0; turns < 500; turns += 1) {
    world.os.interruptions = INTERRUPTS_PER_POLL_MAX + 1;
    world.turn();
  }
  assert.equal(world.told('interrupted').length, 1, 'the first is told at once, the others wait');
  world.run(2_000);
  const told = world.told('interrupted');
  assert.equal(told.length, 2);
  assert.equal(
    told.reduce((sum, { gaveUp }) => sum + gaveUp, 0),
    500,
  );
  assert.equal(
    told.reduce((sum, { times }) => sum + times, 0),
    world.counter('interruptions'),
  );
});

story('a poll that fails does not spin, and workers are heard', PREFORK_1, (world) => {
  world.run(2_000);
  world.os.pollErrno = 'ENOMEM';
  world.process().takeClient();
  world.run(1_000);
  assert.equal(world.counts().busy, 1);
  assert.ok(world.told('poll-failed').length <= 12);
});

story('a message in the name of another pid is counted and not believed', PREFORK_1, (world) => {
  world.turn();
  world.process().write(3, encodeStatus('unavailable', 99_999));
  world.turn();
  assert.equal(world.counts().ready, 1);
  assert.equal(badMessages(world), 1);
  assert.match(world.told('message-bad')[0]?.problem ?? '', /pid 99999/);
});

story('a queue wait is observed and changes nothing else', PREFORK_1, (world) => {
  world.turn();
  const worker = world.process();
  const { view } = world.service();
  worker.write(
    3,
    new Uint8Array([
      ...encodeStatus('unavailable', worker.pid),
      ...encodeStatus('connection', worker.pid),
      ...encodeQueueWait(40, worker.pid),
    ]),
  );
  world.turn();
  assert.equal(world.counts().busy, 1);
  assert.equal(view[queueWaitField + QUEUE_WAIT_BUCKETS.indexOf(0.05)], 1);
  assert.equal(view[queueWaitField + QUEUE_WAIT_BUCKETS.length + 1], 0.04);
  assert.equal(badMessages(world), 0);
});

story(
  'no more queue waits are believed than clients were reported, nor one of another pid',
  PREFORK_1,
  (world) => {
    world.turn();
    const worker = world.process();
    worker.write(3, encodeQueueWait(5_000, worker.pid));
    worker.takeClient();
    for (const pid of [worker.pid, worker.pid, 99_999]) worker.write(3, encodeQueueWait(5_000, pid));
    world.turns(5);
    assert.equal(world.service().view[queueWaitField + QUEUE_WAIT_BUCKETS.indexOf(5)], 1);
    assert.equal(badMessages(world), 3);
    assert.match(world.told('message-bad')[0]?.problem ?? '', /a queue wait without a connection/);
  },
);

story('an unknown word is counted each time and told once', PREFORK_1, (world) => {
  world.turn();
  const garbage = new Uint8Array(8 * 100).fill(0x41);
  world.process().write(3, garbage);
  world.turn();
  assert.equal(badMessages(world), 100);
  assert.equal(world.told('message-bad').length, 1);
  assert.equal(world.counts().ready, 1);
});

story('half a message waits for its other half', PREFORK_1, (world) => {
  world.turn();
  const bytes = encodeStatus('unavailable', world.process().pid);
  world.process().write(3, bytes.slice(0, 3));
  world.turn();
  assert.equal(world.counts().busy, 0);
  world.process().write(3, bytes.slice(3));
  world.turn();
  assert.equal(world.counts().busy, 1);
  assert.equal(badMessages(world), 0);
});

story('half a message that stays one garbles nothing that comes after it', PREFORK_1, (world) => {
  world.turn();
  const { pid } = world.process();
  world.process().write(3, new Uint8Array(4));
  world.turn();
  world.process().write(3, encodeStatus('unavailable', pid));
  world.turn();
  assert.equal(world.counts().busy, 1);
  // A half and a whole in one write cannot be told apart; the next write can.
  world.process().write(3, new Uint8Array([1, 2, 3, 4, ...encodeStatus('connection', pid)]));
  world.turn();
  world.process().write(3, encodeStatus('available', pid));
  world.turn();
  assert.equal(world.counts().busy, 0);
  assert.equal(world.counts().ready, 1);
  assert.equal(badMessages(world), 3);
});

story('half a message at the end of a worker is reported', PREFORK_1, (world) => {
  world.turn();
  world.process().write(3, new Uint8Array(5));
  world.process().exit(0);
  world.turn();
  assert.match(world.told('message-bad')[0]?.problem ?? '', /half a message/);
});

story('a duplicate UNAVAILABLE changes nothing and is odd', PREFORK_1, (world) => {
  world.turn();
  world.process().say('unavailable', 'unavailable', 'connection');
  world.turn();
  assert.equal(world.counts().busy, 1);
  assert.equal(badMessages(world), 1);
  world.process().say('available');
  world.turn();
  assert.equal(world.counts().ready, 1);
});

story('AVAILABLE while ready is odd, and makes nobody twice ready', PREFORK_1, (world) => {
  world.turn();
  world.process().say('available', 'available', 'available');
  world.turn();
  assert.equal(world.counts().ready, 1);
  assert.equal(badMessages(world), 2);
});

story(
  'a flood on one channel is read a piece a turn, and delays nobody',
  {
    services: [service({ prefork: 2 })],
  },
  (world) => {
    world.turn();
    world.process(0).write(3, new Uint8Array(60_000).fill(7));
    world.process(1).takeClient();
    world.turn();
    assert.equal(world.counts().busy, 1);
    assert.ok(badMessages(world) < 1_000);
  },
);

story(
  'a worker with several clients counts them: up by CONNECTION_MULTI, down by AVAILABLE, UNAVAILABLE when full',
  {
    services: [service({ prefork: 1, clientlimit: 3 })],
  },
  (world) => {
    world.turn();
    const worker = world.process();
    worker.say('connectionMulti', 'connectionMulti');
    world.turn();
    const record = [...world.service().workers.ready][0];
    assert.equal(record?.clients, 2);
    assert.equal(world.service().clients, 2);
    assert.equal(world.counts().ready, 1, 'it has room');
    assert.equal(world.processes().length, 1, 'its free place is the one that prefork asks for');
    worker.say('connectionMulti', 'unavailable');
    world.turn();
    assert.equal(world.counts().busy, 1);
    assert.equal(world.processes().length, 2, 'no place is free: the low-water mark is kept by another');
    worker.say('available', 'available', 'available');
    world.turn();
    assert.equal(world.service().clients, 0);
    assert.equal(record?.clients, 0);
    assert.equal(record?.uses, 3);
    assert.equal(world.service().view[SERVICE_FIELD.connections], 3);
    assert.equal(badMessages(world), 0);
  },
);

story(
  'a daemon that is not asked for words has no channel, and its output is a fact',
  { daemons: [daemon()] },
  (world) => {
    world.turn();
    const child = world.process(0, '/bin/daemon');
    assert.equal(child.request.descriptors.length, 3);
    child.write(1, 'hello\nwor');
    world.turn();
    child.write(1, 'ld\n');
    child.write(2, 'no end of line');
    child.exit(0);
    world.turn();
    assert.deepEqual(
      world.told('output').map(({ line }) => line),
      ['hello', 'world', 'no end of line'],
    );
    assert.equal(world.told('exited')[0]?.lastStderr, 'no end of line');
  },
);
