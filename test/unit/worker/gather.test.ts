// Words on which nothing depends are gathered in a rush: the first goes out at once, the rest together and in order,
// and none is lost, neither to a rush nor to the death of the worker.

import assert from 'node:assert/strict';
import { closeSync, readSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { decodeStatus } from '../../../src/protocol/status-message.ts';
import { StatusChannel } from '../../../src/worker/index.ts';
import { TestMaster } from './support/master.ts';
import { statusPipe } from './support/sockets.ts';
import { until } from './support/until.ts';

function channelOf(t: TestContext) {
  const pipe = statusPipe();
  t.after(() => {
    closeSync(pipe.read);
    closeSync(pipe.write);
  });
  return { channel: new StatusChannel(pipe.write, 77), heard: () => wordsIn(pipe.read) };
}

/** All words that wait in the pipe now, as one read finds them. */
function wordsIn(fd: number): readonly string[] {
  const bytes = new Uint8Array(65_536);
  try {
    const { messages } = decodeStatus(new Uint8Array(0), bytes.subarray(0, readSync(fd, bytes)));
    return messages.map(({ word }) => word);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return [];
    throw error;
  }
}

test('after a quiet time a word goes out at once, and what follows it goes out together', async (t) => {
  const { channel, heard } = channelOf(t);
  channel.mention('connectionMulti');
  assert.deepEqual(heard(), ['connectionMulti']);

  for (let client = 0; client < 10; client += 1) channel.mention('available');
  assert.deepEqual(heard(), []);
  let rest: readonly string[] = [];
  await until(
    () => {
      rest = heard();
      return rest.length > 0;
    },
    () => 'what was gathered was never said',
  );
  assert.deepEqual(rest, Array(10).fill('available'));
});

test('what must be said now takes along what was gathered before it', (t) => {
  const { channel, heard } = channelOf(t);
  channel.mention('connectionMulti');
  channel.mention('available');
  channel.say('connectionMulti', 'unavailable');
  assert.deepEqual(heard(), ['connectionMulti', 'available', 'connectionMulti', 'unavailable']);
});

test('of a rush that is longer than the buffer nothing is dropped', async (t) => {
  const { channel, heard } = channelOf(t);
  for (let client = 0; client < 1_000; client += 1) channel.mention('connectionMulti');
  channel.flush();
  assert.equal(heard().length, 1_000);
});

test('a worker that dies of an error has told what it served', async (t) => {
  const master = await TestMaster.start({ environment: { PREFORKD_CLIENT_LIMIT: '100' } });
  t.after(() => master.close());
  for (let use = 1; use <= 5; use += 1) {
    const client = await master.connect();
    await client.hears(`hello ${use}`);
    if (use === 5) client.send('crash');
  }
  await master.exit();
  await master.said(`available${' connectionMulti'.repeat(5)}`);
});
