// EVENTS of a real master: periods, clock times, overlap, time limits, failures. A period is a minute at least, so a
// reload that changes it is what makes an event due again here: a changed period runs at once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventSnapshot } from '../../src/core/snapshot.ts';
import { isAlive, type RunningMaster, startMaster, until } from './harness.ts';
import { processesIn } from './support.ts';

const events = (...entries: readonly string[]) => `EVENTS {\n  ${entries.join('\n  ')}\n}`;

async function statusOf(master: RunningMaster, name: string): Promise<EventSnapshot> {
  const { events: all } = JSON.parse((await master.get('/api/status')).body) as { events: EventSnapshot[] };
  const found = all.find((event) => event.name === name);
  assert.ok(found, `no event ${name}`);
  return found;
}

/** The status may be a quarter of a second old: waits until it shows that. */
function eventually(
  master: RunningMaster,
  name: string,
  shows: (status: EventSnapshot) => boolean,
): Promise<EventSnapshot> {
  return master.until(`${name} to show it`, async () => {
    const status = await statusOf(master, name);
    return shows(status) ? status : undefined;
  });
}

/** Makes the event due again, by another period. */
async function dueAgain(
  master: RunningMaster,
  line: (period: number) => string,
  period: number,
): Promise<void> {
  const before = master.log.length;
  master.rewrite(events(line(period)));
  master.signal('SIGHUP');
  await master.event('reload-applied', {}, before);
}

test('period: the first run comes at once, the next after the period; output and end are logged', async (t) => {
  const master = await startMaster(t, events('hello cmd="/bin/echo good morning" period=30'));
  assert.equal((await master.event('output', { service: 'hello' })).line, 'good morning');
  const finished = await master.event('job-finished', { service: 'hello' });
  assert.deepEqual([finished.level, finished.failed, finished.how], ['info', false, 'exit 0']);
  const counted = await eventually(
    master,
    'hello',
    ({ runs, running }) => runs === 1 && running.length === 0,
  );
  const next = counted.nextInSeconds ?? 0;
  assert.ok(next > 1_700 && next <= 1_800, `next in ${next} s`);
  assert.equal(counted.failures, 0);
  await dueAgain(master, (period) => `hello cmd="/bin/echo good morning" period=${period}`, 1);
  await eventually(master, 'hello', ({ runs, nextInSeconds }) => runs === 2 && (nextInSeconds ?? 99) <= 60);
});

test('at and cron wait for their time of the day', async (t) => {
  const inTwoHours = new Date(Date.now() + 2 * 3_600_000);
  const hhmm = `${inTwoHours.getHours()}`.padStart(2, '0') + `${inTwoHours.getMinutes()}`.padStart(2, '0');
  const master = await startMaster(
    t,
    events(
      `daily cmd="/bin/echo no" at=${hhmm}`,
      'hourly cmd="/bin/echo no" cron="0 * * * *"',
      'yearly cmd="/bin/echo no" cron="0 0 1 1 *"',
    ),
  );
  const next = async (name: string) => (await statusOf(master, name)).nextInSeconds ?? -1;
  const [daily, hourly, yearly] = [await next('daily'), await next('hourly'), await next('yearly')];
  assert.ok(daily > 7_000 && daily <= 7_200, `at: in ${daily} s`);
  assert.ok(hourly >= 0 && hourly <= 3_600, `cron: in ${hourly} s`);
  assert.ok(yearly >= 0 && yearly <= 366 * 86_400, `cron: in ${yearly} s`);
  assert.ok(master.events('spawned').length <= 1, 'none has run, but for a test at the full hour');
});

test('cron: a pattern of every minute runs when the minute comes', async (t) => {
  const master = await startMaster(t, events('minutely cmd="/bin/echo tick" cron="* * * * *"'));
  const { nextInSeconds } = await statusOf(master, 'minutely');
  assert.ok(nextInSeconds !== null && nextInSeconds <= 60);
  // Waited for only when it comes soon: the rest of the minutes is the schedule's unit test.
  if (nextInSeconds > 15) return assert.ok(nextInSeconds > 0);
  const line = await master.event('output', { service: 'minutely' });
  assert.equal(line.line, 'tick');
  await eventually(master, 'minutely', ({ runs }) => runs === 1);
});

describe('an event that is due while its last run goes on', () => {
  const line = (overlap: string) => (period: number) =>
    `long cmd="/bin/sleep 600" period=${period} overlap=${overlap}`;

  test('overlap=skip leaves it out, and says so', async (t) => {
    const master = await startMaster(t, events(line('skip')(50)));
    const { pid } = await master.event('spawned', { service: 'long' });
    await dueAgain(master, line('skip'), 51);
    assert.match((await master.event('event-skipped')).msg, /long skipped: the last run is still going on/);
    const { running, runs } = await eventually(master, 'long', ({ skips }) => skips === 1);
    assert.deepEqual([running, runs], [[pid], 1]);
  });

  test('overlap=queue runs it afterwards, once', async (t) => {
    const master = await startMaster(t, events(line('queue')(50)));
    const { pid } = await master.event('spawned', { service: 'long' });
    await dueAgain(master, line('queue'), 51);
    await master.event('event-queued', { service: 'long' });
    process.kill(Number(pid), 'SIGTERM');
    const second = await master.until('the queued run', () => master.events('spawned')[1]);
    process.kill(Number(second.pid), 'SIGTERM');
    await master.until('its end', () => master.events('job-finished').length === 2);
    await eventually(master, 'long', ({ running, runs }) => running.length === 0 && runs === 2);
  });

  test('overlap=allow runs both', async (t) => {
    const master = await startMaster(t, events(line('allow')(50)));
    await master.event('spawned', { service: 'long' });
    await dueAgain(master, line('allow'), 51);
    await master.until('two at once', async () => (await statusOf(master, 'long')).running.length === 2);
    assert.equal(master.events('event-skipped').length, 0);
  });
});

describe('a run that takes too long', () => {
  // The blanks are the shell's to find: cmd= is split at white space. The colon keeps the shell as sleep's parent.
  const SHELL_WITH_CHILD = "/bin/sh -c sleep$IFS'600';:";
  const STUBBORN = "/bin/sh -c trap$IFS''$IFS'TERM';sleep$IFS'600';:";

  test('is ended at limit=, and what its shell has started as well', async (t) => {
    const master = await startMaster(t, events(`slow cmd="${SHELL_WITH_CHILD}" period=60 limit=500ms`));
    const { pid } = await master.event('spawned', { service: 'slow' });
    await until('the shell to have a child', () => processesIn(master.directory).length === 3);
    const told = await master.event('worker-retired', { service: 'slow' });
    assert.match(told.msg, /time limit is over/);
    const finished = await master.event('job-finished', { service: 'slow' });
    assert.equal(finished.failed, true);
    assert.match(finished.msg, /, at its time limit\)/);
    assert.ok(Number(finished.durationMs) >= 500);
    assert.equal((await master.event('exited', { pid })).reason, 'time-limit');
    await until('nobody but the master', () => processesIn(master.directory).length === 1);
    await eventually(master, 'slow', ({ failures }) => failures === 1);
  });

  test('and ignores SIGTERM is killed at stoplimit=', async (t) => {
    const master = await startMaster(
      t,
      events(`deaf cmd="${STUBBORN}" period=60 limit=300ms stoplimit=300ms`),
    );
    await master.event('worker-killed', { service: 'deaf' });
    assert.equal(
      (await master.event('job-finished', { service: 'deaf' })).how,
      'signal SIGKILL, at its time limit',
    );
    await until('nobody but the master', () => processesIn(master.directory).length === 1);
  });
});

test('one that fails is told, counted, and hinders nobody', async (t) => {
  const master = await startMaster(
    t,
    events('bad cmd="/bin/false" period=60', 'good cmd="/bin/true" period=60'),
  );
  const finished = await master.event('job-finished', { service: 'bad' });
  assert.deepEqual([finished.level, finished.failed, finished.how], ['warn', true, 'exit 1']);
  await master.event('job-finished', { service: 'good' });
  const { runs, lastHow, nextInSeconds } = await eventually(master, 'bad', ({ failures }) => failures === 1);
  assert.deepEqual([runs, lastHow], [1, 'exit 1']);
  assert.ok((nextInSeconds ?? 0) > 3_500, 'a failure does not bring the next run forward');
});

test('jitter= delays the first run by a part of it', async (t) => {
  const names = ['one', 'two', 'three', 'four'];
  const entries = names.map((name) => `${name} cmd="/bin/true" period=1440 jitter=10h`);
  const master = await startMaster(t, events(...entries));
  const delays = await Promise.all(
    names.map(async (name) => (await statusOf(master, name)).nextInSeconds ?? -1),
  );
  for (const delay of delays) assert.ok(delay >= 0 && delay <= 36_000, `${delay} s`);
  assert.equal(new Set(delays.map(Math.round)).size, 4, 'not all at the same time');
});

test('a stop ends a running event; it is not waited for beyond its limits', async (t) => {
  const master = await startMaster(t, events('long cmd="/bin/sleep 600" period=60'));
  const { pid } = await master.event('spawned', { service: 'long' });
  assert.equal(await master.stop(), 0);
  assert.ok(!isAlive(Number(pid)));
});
