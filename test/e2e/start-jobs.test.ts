// START and DAEMON of a real master: what runs before the services, in which order, and what a failure means; what is
// started again, and what stops last.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isAlive, LEMMING, type LogLine, type RunningMaster, startMaster, until } from './harness.ts';
import { commandOf, nobodyLeft, processesIn } from './support.ts';

const SERVICES = `SERVICES {\n  lemming cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1\n}`;
const start = (...entries: readonly string[]) => `START {\n  ${entries.join('\n  ')}\n}\n${SERVICES}`;
const daemons = (...entries: readonly string[]) => `DAEMON {\n  ${entries.join('\n  ')}\n}\n${SERVICES}`;

const indexOf = (master: RunningMaster, event: string, service?: string): number =>
  master.log.findIndex((line: LogLine) => line.event === event && (!service || line.service === service));

describe('START', () => {
  test('runs in the order of the file, before the services, and its output is logged', async (t) => {
    const shell = (text: string) => `cmd="/bin/echo ${text}"`;
    const master = await startMaster(t, start(`one ${shell('first')}`, `two ${shell('second')}`));
    assert.equal((await master.event('output', { service: 'one' })).line, 'first');
    assert.equal((await master.event('output', { service: 'two' })).line, 'second');
    const order = [
      indexOf(master, 'job-finished', 'one'),
      indexOf(master, 'spawned', 'two'),
      indexOf(master, 'job-finished', 'two'),
      indexOf(master, 'listening', 'lemming'),
    ];
    assert.ok(order.every((index) => index >= 0));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  test('a failure is fatal: exit 1, later jobs and services do not run', async (t) => {
    const body = start(`bad cmd="/bin/sh -c exit$IFS'3'"`, 'later cmd="/bin/echo no"');
    const master = await startMaster(t, body, { unready: true });
    assert.equal((await master.ended()).code, 1);
    assert.match((await master.event('start-failed', { service: 'bad' })).msg, /start failed at bad: exit 3/);
    assert.equal(master.events('spawned', { service: 'later' }).length, 0);
    assert.equal(master.events('listening').length, 0);
    await nobodyLeft(master);
  });

  test('a program that is not there is a mistake of the configuration: exit 78, named', async (t) => {
    const master = await startMaster(t, start('bad cmd="/nowhere/at-all"'), { unready: true });
    assert.equal((await master.ended()).code, 78);
    assert.match(master.stderr, /\/nowhere\/at-all/);
  });

  test('SIGTERM during a long START job ends it and the master; readyz says 503 meanwhile', async (t) => {
    const master = await startMaster(t, start('long cmd="/bin/sleep 600"'), { unready: true });
    const { pid } = await master.event('spawned', { service: 'long' });
    const ready = await master.get('/readyz');
    assert.deepEqual([ready.status, ready.body], [503, 'not ready: the master is starting\n']);
    assert.equal((await master.get('/healthz')).status, 200);
    master.signal('SIGTERM');
    assert.deepEqual(await master.ended(), { code: 0, signal: null });
    assert.ok(!isAlive(Number(pid)));
    assert.equal(master.events('start-failed').length, 0);
    await nobodyLeft(master);
  });
});

/** What it runs in the background lives on when the job has ended. */
const leaving = (text: string) => `cmd="/bin/sh -c (${text})&"`;
const SLEEP = "exec$IFS'sleep'$IFS'600'";

async function leftBy(master: RunningMaster, service: string): Promise<number> {
  const [pid] = (await master.event('left-behind', { service })).pids as readonly number[];
  assert.ok(pid !== undefined && isAlive(pid));
  return pid;
}

describe('what START has left running', () => {
  test('ends with the master, after the services, and nobody is left', async (t) => {
    const master = await startMaster(t, start(`helper ${leaving(SLEEP)}`));
    const pid = await leftBy(master, 'helper');
    assert.equal(await master.stop(), 0);
    assert.ok(!isAlive(pid));
    assert.deepEqual(
      master.events('left-behind-signalled').map(({ pid: whose, signal }) => [whose, signal]),
      [[pid, 'SIGTERM']],
    );
    assert.ok(indexOf(master, 'exited', 'lemming') < indexOf(master, 'left-behind-signalled', 'helper'));
    await nobodyLeft(master);
  });

  test('and pays no attention to SIGTERM is killed at the shutdown limit', async (t) => {
    const deaf = `trap$IFS''$IFS'TERM';${SLEEP}`;
    const master = await startMaster(t, start(`helper ${leaving(deaf)}`), { master: 'shutdown limit=2s' });
    const pid = await leftBy(master, 'helper');
    assert.equal(await master.stop(), 0);
    assert.ok(!isAlive(pid));
    assert.deepEqual(
      master.events('left-behind-signalled').map(({ signal }) => signal),
      ['SIGTERM', 'SIGKILL'],
    );
    await nobodyLeft(master);
  });

  test('and has made a session of its own is out of reach', async (t) => {
    const master = await startMaster(t, start('helper cmd="/usr/bin/setsid -f /bin/sleep 600"'));
    const session = () => processesIn(master.directory).filter((pid) => commandOf(pid).includes('sleep'));
    await until('the session', () => session().length === 1);
    const [pid = 0] = session();
    t.after(() => process.kill(pid, 'SIGKILL'));
    assert.equal(await master.stop(), 0);
    assert.ok(isAlive(pid));
  });
});

describe('DAEMON', () => {
  test('with wait=yes: one after the other before the services, stopped last and in reverse order', async (t) => {
    const lemming = (name: string, options = '') =>
      `${name} cmd="${LEMMING} --daemon --name=${name} --log=order.txt ${options}" `;
    const master = await startMaster(
      t,
      daemons(
        `${lemming('one', '--wait --slow-start=150')} wait=yes`,
        lemming('plain'),
        `${lemming('two', '--wait')} wait=yes`,
      ).replace(`cmd="${LEMMING}" listen`, `cmd="${LEMMING} --name=service --log=order.txt" listen`),
    );
    const file = join(master.directory, 'order.txt');
    const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []);
    await master.until(
      'all to be up',
      async () => lines().includes('plain started') && lines().includes('service started'),
    );
    assert.deepEqual(lines().slice(0, 4), ['one started', 'one ready', 'two started', 'two ready']);
    await master.settled('lemming', { starting: 0, ready: 1 });
    await master.until('the plain one to obey signals', async () =>
      (await master.service('plain')).workers.some(({ ageSeconds }) => ageSeconds > 0.5),
    );
    assert.equal(await master.stop(), 0);
    const ends = lines()
      .filter((line) => / exits /.test(line))
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(ends.slice(-2), ['two', 'one'], lines().join('; '));
    assert.deepEqual(ends.slice(0, 2).toSorted(), ['plain', 'service']);
  });

  test('one that never says that it is ready: exit 1 at its startlimit', async (t) => {
    const daemon = `mute cmd="${LEMMING} --daemon --wait --never-ready" wait=yes startlimit=400ms`;
    const master = await startMaster(t, daemons(daemon), { unready: true });
    assert.equal((await master.ended()).code, 1);
    assert.match(
      (await master.event('worker-killed', { service: 'mute' })).msg,
      /not ready within its start limit/,
    );
    await master.event('start-failed', { service: 'mute' });
    assert.equal(master.events('listening').length, 0);
    await nobodyLeft(master);
  });

  test('one that dies is started again', async (t) => {
    const master = await startMaster(t, daemons(`steady cmd="${LEMMING} --daemon"`));
    const first = await master.event('spawned', { service: 'steady' });
    process.kill(Number(first.pid), 'SIGKILL');
    const second = await master.until('another', () => master.events('spawned', { service: 'steady' })[1]);
    assert.notEqual(second.pid, first.pid);
    await master.settled('steady', { active: 1 });
  });

  for (const [what, option] of [
    ['crashes', '--crash-at-start'],
    ['ends with exit 0', '--max-use=1 --crash-after-ms=1 --exit-code=0'],
  ] as const) {
    test(`one that ${what} at once does not spin: the pauses grow`, async (t) => {
      const master = await startMaster(t, daemons(`restless cmd="${LEMMING} --daemon ${option}"`));
      const opened = await master.event('breaker-opened', { service: 'restless' });
      assert.ok(Number(opened.retryInMs) >= 1_000, `retry in ${opened.retryInMs} ms`);
      const before = master.log.slice(0, master.log.indexOf(opened));
      const starts = before.filter(
        ({ event, service }) => event === 'spawned' && service === 'restless',
      ).length;
      assert.ok(starts <= 5, `${starts} starts`);
      await master.event('breaker-probing', { service: 'restless' });
      const open = /died before they served anybody \(last: pid \d+, exit/;
      await master.until('why to say it', async () => open.test((await master.service('restless')).why));
    });
  }
});
