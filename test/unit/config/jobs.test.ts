// START, EVENTS and DAEMON.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { complaints, loaded } from './fake-world.ts';

async function eventOf(keys: string) {
  const { master } = await loaded(`MASTER { }\nEVENTS {\na cmd=true ${keys}\n}`);
  return master.events[0];
}

describe('triggers', () => {
  test('period, at, cron', async () => {
    assert.deepEqual((await eventOf('period=5'))?.trigger, { kind: 'period', periodMs: 300_000 });
    assert.deepEqual((await eventOf('at=0405'))?.trigger, { kind: 'cron', pattern: '5 4 * * *' });
    assert.deepEqual((await eventOf('at=5'))?.trigger, { kind: 'cron', pattern: '5 0 * * *' });
    assert.deepEqual((await eventOf('cron=" */15  8-18 * * 1-5"'))?.trigger, {
      kind: 'cron',
      pattern: '*/15 8-18 * * 1-5',
    });
  });

  const cases: readonly (readonly [string, string])[] = [
    ['', 'error 3:1 event "a" has no trigger'],
    ['period=0', 'error 3:19 period must be at least 1 minute'],
    ['period=1 at=0400', 'error 3:19 period= contradicts at='],
    ['at=2400', 'error 3:15 invalid at=hhmm specification "2400"'],
    ['at=0460', 'error 3:15 invalid at=hhmm specification "0460"'],
    ['at=4:00', 'error 3:15 invalid at=hhmm specification "4:00"'],
    ['cron="* * * *"', 'error 3:18 invalid cron pattern: it has 4 fields instead of five'],
    ['cron="0 0 30 2 *"', 'error 3:18 invalid cron pattern: it never comes true'],
    ['period=1 jitter=60s', 'error 3:28 jitter= is not shorter than the period'],
    ['period=1 overlap=both', 'error 3:29 unknown value "both" for overlap'],
  ];
  for (const [keys, expected] of cases) {
    test(`refused: ${keys}`, async () => {
      assert.deepEqual(await complaints(`MASTER { }\nEVENTS {\na cmd=true ${keys}\n}`), [expected]);
    });
  }

  test('a cyrus.conf may leave it out: then the event runs once', async () => {
    const { master, warnings } = await loaded('EVENTS {\na cmd=true\nb cmd=true period=1 at=0400\n}');
    assert.deepEqual(
      master.events.map((event) => event.trigger),
      [
        { kind: 'period', periodMs: Number.POSITIVE_INFINITY },
        { kind: 'cron', pattern: '0 4 * * *' },
      ],
    );
    assert.equal(warnings.length, 2);
  });
});

test('what EVENTS have beside', async () => {
  const event = await eventOf('period=5 overlap=queue limit=1m jitter=10s stoplimit=2s');
  assert.deepEqual(
    [event?.overlap, event?.limitMs, event?.jitterMs, event?.stoplimitMs],
    ['queue', 60_000, 10_000, 2000],
  );
  assert.equal((await eventOf('period=5'))?.overlap, 'skip');
});

test('DAEMON and START, in the order of the file', async () => {
  const text =
    'MASTER { }\nDAEMON {\nb cmd=true wait=y maxforkrate=3\na cmd=true startlimit=5s\n}\nSTART {\nz cmd=true\ny cmd=true\n}';
  const { master } = await loaded(text);
  assert.deepEqual(
    master.daemons.map(({ name, wait, maxforkrate, startlimitMs }) => [
      name,
      wait,
      maxforkrate,
      startlimitMs,
    ]),
    [
      ['b', true, 3, 30_000],
      ['a', false, 10, 5000],
    ],
  );
  assert.deepEqual(
    master.start.map(({ name, line }) => [name, line]),
    [
      ['z', 7],
      ['y', 8],
    ],
  );
});
