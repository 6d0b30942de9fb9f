// `preforkd run --chaos`: refused unless the environment allows it, refused when it cannot be read, and handed on with
// a seed that can be told.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { runCli } from '../../../src/cli/program.ts';
import { CHAOS_FAULTS, type ChaosOrder } from '../../../src/os/chaos.ts';

let before: string | undefined;
beforeEach(() => {
  before = process.env.PREFORKD_ALLOW_CHAOS;
  process.env.PREFORKD_ALLOW_CHAOS = '1';
});
afterEach(() => {
  if (before === undefined) delete process.env.PREFORKD_ALLOW_CHAOS;
  else process.env.PREFORKD_ALLOW_CHAOS = before;
});

async function run(...words: string[]) {
  let said = '';
  const ran: (ChaosOrder | undefined)[] = [];
  const write = (text: string) => {
    said += text;
  };
  const exitCode = await runCli(
    ['run', ...words],
    async (_file, { chaos }) => {
      ran.push(chaos);
      return 0;
    },
    { out: write, err: write, columns: undefined },
  );
  return { exitCode, said, ran };
}

test('without the option there is no chaos', async () => {
  assert.deepEqual(await run('services.conf'), { exitCode: 0, said: '', ran: [undefined] });
});

test('faults and seed are handed on', async () => {
  const { ran } = await run('services.conf', '--chaos', 'eintr=0.9,spawn-eagain=0.05,seed=7');
  assert.deepEqual(ran, [{ plan: { eintr: 0.9, 'spawn-eagain': 0.05 }, seed: 7 }]);
});

test('a seed that is not said is drawn, another one each time', async () => {
  const seeds = new Set<number | undefined>();
  for (let tries = 0; tries < 3; tries += 1) {
    const [order] = (await run('--chaos', 'eintr=0.9')).ran;
    assert.deepEqual(order?.plan, { eintr: 0.9 });
    assert.ok(Number.isSafeInteger(order?.seed));
    seeds.add(order?.seed);
  }
  assert.ok(seeds.size > 1);
});

for (const value of [undefined, '', '0', 'true']) {
  test(`refused with PREFORKD_ALLOW_CHAOS ${value === undefined ? 'not set' : `"${value}"`}`, async () => {
    if (value === undefined) delete process.env.PREFORKD_ALLOW_CHAOS;
    else process.env.PREFORKD_ALLOW_CHAOS = value;
    assert.deepEqual(await run('services.conf', '--chaos', 'eintr=0.9'), {
      exitCode: 64,
      said: 'preforkd: --chaos: system calls would fail at random; set PREFORKD_ALLOW_CHAOS=1 if that is wanted\n',
      ran: [],
    });
  });
}

test('words that cannot be read are refused with the reason', async () => {
  const { exitCode, said, ran } = await run('--chaos', 'eintr=2');
  assert.deepEqual([exitCode, ran], [64, []]);
  assert.equal(said, 'preforkd: --chaos: eintr=2 is not a probability: a number from 0 to 1\n');
});

test('--help names every fault', async () => {
  const { exitCode, said } = await run('--help');
  assert.equal(exitCode, 0);
  for (const fault of Object.keys(CHAOS_FAULTS)) assert.match(said, new RegExp(`^ {2}${fault} +\\w`, 'm'));
  assert.match(said, /PREFORKD_ALLOW_CHAOS=1/);
});
