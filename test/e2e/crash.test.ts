// The worst case: the supervisor thread contradicts itself (our own bug), or vanishes. The master says so with the
// state, ends its workers and exits 70; nothing is orphaned.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEMMING, type RunningMaster, startMaster, until } from './harness.ts';
import { ECHO, nobodyLeft } from './support.ts';

const BODY = `SERVICES {
  calm cmd="${LEMMING}" listen="127.0.0.1:0" prefork=2
  stubborn cmd="${LEMMING} --ignore-term" listen="127.0.0.1:0" prefork=1
  echo cmd="${ECHO}" listen="./echo.sock" prefork=1
}
EVENTS {
  long cmd="/bin/sleep 600" period=60
}`;

/** After the start, which takes fewer turns even on a busy machine; the questions of the test bring it there. */
const TURN = '80';

/** Client after client, each worth a few turns, until the master has gone. */
async function ended(master: RunningMaster): Promise<number | null> {
  await until(
    'the end',
    async () => {
      if (!master.exit)
        await master.client('calm').then(
          (client) => client.ask('bye'),
          () => {},
        );
      return master.exit;
    },
    () => master.explain(),
  );
  return master.exit?.code ?? null;
}

async function startChaos(t: Parameters<typeof startMaster>[0], how: string): Promise<RunningMaster> {
  const environment = { PREFORKD_ALLOW_CHAOS: '1', [how]: TURN };
  const master = await startMaster(t, BODY, { environment });
  for (const name of ['calm', 'stubborn', 'echo']) await master.event('worker-ready', { service: name });
  return master;
}

test('a supervisor that contradicts itself: the state is dumped, everybody ended, exit 70', async (t) => {
  const master = await startChaos(t, 'PREFORKD_CONTRADICT_AT_TURN');
  const client = await master.client('stubborn');
  assert.match(await client.line(), /^lemming/);
  assert.equal(await ended(master), 70);
  const crashed = await master.event('master-crashed');
  assert.equal(crashed.level, 'fatal');
  assert.match(crashed.msg, /contradicted itself.*chaos/);
  const dump = JSON.parse(crashed.dump as string) as { services: { name: string; workers: unknown[] }[] };
  assert.deepEqual(
    dump.services.map(({ name }) => name),
    ['calm', 'stubborn', 'echo'],
  );
  assert.ok((dump.services[0]?.workers.length ?? 0) >= 2);
  await nobodyLeft(master);
});

test('a supervisor thread that vanishes: the plane ends the workers, exit 70', async (t) => {
  const master = await startChaos(t, 'PREFORKD_DIE_AT_TURN');
  assert.equal(await ended(master), 70);
  const crashed = await master.event('master-crashed');
  assert.match(crashed.msg, /supervisor thread ended with code/);
  assert.ok(Number(crashed.active) >= 3, `${crashed.active} were to be ended`);
  await nobodyLeft(master);
});

test('without PREFORKD_ALLOW_CHAOS nothing of this happens', async (t) => {
  const body = `SERVICES {\n  calm cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1\n}`;
  const environment = { PREFORKD_CONTRADICT_AT_TURN: '1', PREFORKD_DIE_AT_TURN: '1' };
  const master = await startMaster(t, body, { environment });
  await master.settled('calm', { ready: 1, starting: 0 });
  assert.equal(await master.stop(), 0);
});
