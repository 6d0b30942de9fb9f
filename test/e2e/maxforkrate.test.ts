// maxforkrate=: a token bucket. In T seconds at most rate x (1 + T) workers are started, by the times of the log
// itself; the limit is named while it binds, and everybody is served in the end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, type LogLine, startMaster } from './harness.ts';
import { services } from './reckoning.ts';

/** However slow the machine is: the rate is to be the tightest limit. */
const ANY_START = { master: 'startcap initial=20 most=20' };

/**
 * From the moment `since`, when the bucket was full, to any fork. A fork is logged when it is done, which on a busy
 * machine is later than its token was taken: from fork to fork the figures could seem too high, from before never.
 */
function assertWithinRate(spawned: readonly LogLine[], rate: number, since: number): void {
  for (const [index, line] of spawned.entries()) {
    const seconds = (Date.parse(line.time as string) - since) / 1000;
    assert.ok(index + 1 <= rate * (1 + seconds), `${index + 1} forks in ${seconds} s at ${rate}/s`);
  }
}

test('twelve clients at five forks per second: the bucket, then one every 200 ms', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" maxforkrate=5 maxchild=20`),
    ANY_START,
  );
  const since = Date.now();
  const clients = await Promise.all(Array.from({ length: 12 }, () => master.client('echo')));
  const { msg } = await master.event('blocked', { constraint: 'fork-rate' });
  assert.match(msg, /fork-rate holds spawning back/);
  await Promise.all(clients.map((client) => client.line()));
  const spawned = master.events('spawned');
  assert.equal(spawned.length, 12);
  assertWithinRate(spawned, 5, since);
  await master.event('unblocked', { constraint: 'fork-rate' });
});

test('a refill keeps to the rate as well, and why names it', async (t) => {
  const master = await startMaster(
    t,
    services(`echo cmd="${LEMMING}" listen="127.0.0.1:0" maxforkrate=1 prefork=3`),
    ANY_START,
  );
  const { why } = await master.until('why to name the rate', async () => {
    const service = await master.service('echo');
    return service.why.includes('maxforkrate') ? service : undefined;
  });
  assert.match(why, /maxforkrate=1 allows that many forks per second/);
  await master.settled('echo', { ready: 3, starting: 0 });
  const since = Date.parse((await master.event('http-listening')).time);
  assertWithinRate(master.events('spawned'), 1, since);
});
