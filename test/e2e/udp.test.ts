// UDP: a datagram is what brings the worker up, one serves them all (maxchild is 1), and it answers.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { type TestContext, test } from 'node:test';
import { LEMMING, type RunningMaster, startMaster, until } from './harness.ts';
import { ledgerIsExact, services } from './reckoning.ts';

/** Asks by datagram, and waits for the answer. */
async function correspondent(
  t: TestContext,
  master: RunningMaster,
): Promise<(text: string) => Promise<string>> {
  const listening = await master.event('listening', { service: 'lemming' });
  const [, port] = /:(\d+)\/udp$/.exec(listening.address as string) ?? [];
  const socket = createSocket('udp4');
  const answers: string[] = [];
  socket.on('message', (data) => answers.push(data.toString().trim()));
  t.after(() => socket.close());
  return async (text) => {
    socket.send(text, Number(port), '127.0.0.1');
    await until(
      `an answer to ${text}`,
      () => answers.length > 0,
      () => master.explain(),
    );
    return answers.shift() ?? '';
  };
}

test('a datagram starts the one worker, which answers it and the next', async (t) => {
  const master = await startMaster(
    t,
    services(`lemming cmd="${LEMMING} --udp" listen="127.0.0.1:0" proto=udp`),
  );
  assert.deepEqual(master.children(), []);
  const ask = await correspondent(t, master);
  const pid = await ask('pid');
  assert.equal(await ask('echo and again'), 'and again');
  assert.equal(await ask('pid'), pid);
  await master.settled('lemming', { maxchild: 1, active: 1, ready: 1, busy: 0, queue: 0, spawns: 1 });
  await ledgerIsExact(master);
});

test('a worker that dies of a datagram is replaced for the next one', async (t) => {
  const master = await startMaster(
    t,
    services(`lemming cmd="${LEMMING} --udp" listen="127.0.0.1:0" proto=udp prefork=1`),
  );
  const ask = await correspondent(t, master);
  const pid = Number(await ask('pid'));
  process.kill(pid, 'SIGKILL');
  await master.event('exited', { pid });
  assert.notEqual(Number(await ask('pid')), pid);
});
