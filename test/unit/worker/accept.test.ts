// Exactly as many connections as there is room for: the rest stays in the kernel's queue, for other workers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestMaster } from './support/master.ts';
import { until } from './support/until.ts';

const QUEUED = 200;
const options = (value: object) => ({ WORKER_OPTIONS: JSON.stringify(value) });

for (const concurrency of [1, 3, 50]) {
  test(`with ${QUEUED} clients queued, never more than ${concurrency} are accepted, and none is lost`, async (t) => {
    const master = await TestMaster.start({ queued: QUEUED, environment: options({ concurrency }) });
    t.after(() => master.close());
    const held = () => master.clients.filter((client) => client.greeted && !client.ended).length;

    await until(
      () => held() === concurrency,
      () => `${held()} clients held; ${master.stderr}`,
    );
    let most = held();
    for (let served = 0; served < QUEUED; served += 1) {
      await until(
        () => held() > 0,
        () => `after ${served} no client is served; ${master.stderr}`,
      );
      most = Math.max(most, held());
      const client = master.clients.find((one) => one.greeted && !one.ended);
      client?.send('bye');
      await client?.closed();
    }
    assert.equal(most, concurrency);
    assert.equal(master.clients.filter((client) => client.greeted).length, QUEUED);
  });
}

test('a full worker leaves the next client queued, and takes it when it has room', async (t) => {
  const master = await TestMaster.start({ queued: 1 });
  t.after(() => master.close());
  await master.said('available unavailable connection');

  const waiting = await master.connect();
  assert.equal(waiting.greeted, false);
  const [first] = master.clients;
  first?.send('bye');
  await waiting.hears('hello 2');
});
