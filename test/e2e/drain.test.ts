// The end of a master: SIGTERM, SIGINT, SIGQUIT and `preforkd stop`. Clients are finished within their limits,
// stubborn workers are killed at theirs, and nothing is left: no process, no path, no port.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, isAlive, LEMMING, PREFORKD, run, startMaster, until } from './harness.ts';
import { ECHO, nobodyLeft, processesIn, refuses } from './support.ts';

const services = (...entries: readonly string[]) => `SERVICES {\n  ${entries.join('\n  ')}\n}`;
const echo = services(`echo cmd="${ECHO}" listen="127.0.0.1:0" prefork=1 clientlimit=2 stoplimit=20s`);

describe('a stop', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    test(`by ${signal} ends with exit 0 after the client of an SDK worker has been served`, async (t) => {
      const master = await startMaster(t, echo);
      const client = await master.client('echo');
      assert.equal(await client.line(), 'echo: say something');
      await master.settled('echo', { connections: 1 });
      // The client has said something: its worker echoes it before it ends.
      client.send('last words');
      assert.equal(await client.line(), 'last words');
      master.signal(signal);
      await master.event('stopping');
      await client.gone();
      assert.equal(client.error, undefined);
      assert.deepEqual(await master.ended(), { code: 0, signal: null });
      const server = await master.event('exited', { uses: 1 });
      assert.deepEqual([server.how, server.expected], ['exit 75', true]);
      await nobodyLeft(master);
    });
  }

  test('leaves no process, no socket path, no pid file, no control socket, and the port free', async (t) => {
    const master = await startMaster(
      t,
      services(
        `tcp cmd="${LEMMING}" listen="127.0.0.1:0" prefork=2`,
        `unix cmd="${LEMMING}" listen="./unix.sock" prefork=1`,
      ),
    );
    const address = await master.address('tcp');
    const pidFile = join(master.directory, 'run/preforkd.pid');
    const control = join(master.directory, 'run/control/control.sock');
    const path = join(master.directory, 'unix.sock');
    for (const file of [pidFile, control, path]) assert.ok(existsSync(file), file);
    assert.equal(await master.stop(), 0);
    for (const file of [pidFile, control, path]) assert.ok(!existsSync(file), file);
    assert.ok(await refuses(address));
    await nobodyLeft(master);
  });

  test('preforkd stop --wait returns when everybody has gone', async (t) => {
    const master = await startMaster(t, services(`lemming cmd="${LEMMING}" listen="127.0.0.1:0" prefork=3`));
    await master.settled('lemming', { ready: 3, starting: 0 });
    const workers = master.children();
    const answer = await master.cli('stop', '--wait');
    assert.equal(answer.code, 0, answer.stderr);
    assert.match(answer.stdout, /stopped after .*exit code 0/);
    assert.deepEqual(workers.filter(isAlive), []);
    assert.equal((await master.ended()).code, 0);
    await nobodyLeft(master);
  });

  test('during the drain new clients are refused, status answers, and nothing is spawned', async (t) => {
    const master = await startMaster(
      t,
      services(`lemming cmd="${LEMMING} --ignore-term" listen="127.0.0.1:0" prefork=2`),
    );
    const address = await master.address('lemming');
    const client = await Client.connect(address);
    const pid = Number((await client.line()).split(' ')[1]);
    master.signal('SIGTERM');
    await master.event('stopping');
    await until('the address to refuse', () => refuses(address));
    const spawned = master.events('spawned').length;
    const status = await master.cli('status');
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, /stopping/);
    assert.equal((await master.get('/readyz')).status, 503);
    assert.equal((await master.get('/healthz')).status, 200);
    assert.equal(await client.ask('pid'), String(pid));
    process.kill(pid, 'SIGKILL');
    await client.gone();
    for (const worker of master.children()) process.kill(worker, 'SIGKILL');
    assert.equal((await master.ended()).code, 0);
    assert.equal(master.events('spawned').length, spawned);
  });
});

describe('deadlines', () => {
  test('a worker that ignores SIGTERM is killed at stoplimit', async (t) => {
    const settings = 'listen="127.0.0.1:0" prefork=1 stoplimit=500ms';
    const master = await startMaster(t, services(`stuck cmd="${LEMMING} --ignore-term" ${settings}`));
    const client = await master.client('stuck');
    await client.line();
    master.signal('SIGTERM');
    const killed = await master.event('worker-killed', { service: 'stuck' });
    assert.match(killed.msg, /SIGKILL.*stop limit/);
    assert.equal((await master.ended()).code, 0);
    assert.equal((await master.event('exited', { pid: killed.pid })).reason, 'stop-limit');
    await nobodyLeft(master);
  });

  test('the whole ends at the shutdown limit, whatever the workers have', async (t) => {
    const settings = 'listen="127.0.0.1:0" prefork=3 stoplimit=1h';
    const body = services(`stuck cmd="${LEMMING} --ignore-term" ${settings}`);
    const master = await startMaster(t, body, { master: 'shutdown limit=700ms' });
    // Each has answered, so each is up and ignores SIGTERM; until then it would die of it.
    const held = await Promise.all([1, 2, 3].map(() => master.client('stuck')));
    await Promise.all(held.map((client) => client.line()));
    const asked = performance.now();
    master.signal('SIGTERM');
    assert.equal((await master.ended()).code, 0);
    assert.ok(performance.now() - asked >= 650, 'they had their time');
    assert.ok(master.events('worker-killed').length >= 3);
    await nobodyLeft(master);
  });

  test('a second Ctrl-C says what goes on, a third one kills', async (t) => {
    const settings = 'listen="127.0.0.1:0" prefork=1 stoplimit=1h';
    const master = await startMaster(t, services(`stuck cmd="${LEMMING} --ignore-term" ${settings}`));
    const client = await master.client('stuck');
    await client.line();
    master.signal('SIGINT');
    await master.event('stopping');
    // Two that come together are one Ctrl-C, sent on by npm: pressed until it is understood.
    const press = (event: string) =>
      until(event, () => {
        const [told] = master.events(event);
        if (told === undefined) master.signal('SIGINT');
        return told;
      });
    assert.match((await press('still-draining')).msg, /press Ctrl-C once more/);
    assert.equal(await client.ask('echo still here'), 'still here');
    await press('forced');
    assert.equal((await master.ended()).code, 0);
    await nobodyLeft(master);
  });
});

test('with clients queued and maxchild reached, SIGTERM still ends it', async (t) => {
  const settings = 'listen="127.0.0.1:0" prefork=1 maxchild=1 stoplimit=500ms';
  const master = await startMaster(t, services(`full cmd="${LEMMING}" ${settings}`));
  const held = await master.client('full');
  await held.line();
  const waiting = await Promise.all(Array.from({ length: 10 }, () => master.client('full')));
  await master.settled('full', { queue: 10, busy: 1 });
  master.signal('SIGTERM');
  assert.equal((await master.ended()).code, 0);
  for (const client of [held, ...waiting]) await client.gone();
  await nobodyLeft(master);
});

test('a master killed by SIGKILL: idle SDK workers end at once, a busy one after its client', async (t) => {
  const settings = 'listen="127.0.0.1:0" prefork=3 clientlimit=1';
  const master = await startMaster(t, services(`echo cmd="${ECHO}" ${settings}`));
  const client = await master.client('echo');
  await client.line();
  await master.settled('echo', { busy: 1, ready: 3, starting: 0 });
  client.send('hello');
  assert.equal(await client.line(), 'hello');
  process.kill(master.pid, 'SIGKILL');
  await master.ended();
  // The worker tells its client of the end (the SDK's stopping signal); the client goes, the worker goes.
  await client.gone();
  assert.equal(client.error, undefined);
  await nobodyLeft(master);

  const second = await startMaster(t, services(`echo cmd="${ECHO}" ${settings}`), {
    directory: master.directory,
  });
  assert.equal(await second.client('echo').then((one) => one.line()), 'echo: say something');
});

test('nothing of a master that was killed hinders the next one on the same run directory', async (t) => {
  const body = services(`lemming cmd="${LEMMING}" listen="./lemming.sock" prefork=1`);
  const first = await startMaster(t, body);
  await first.settled('lemming', { ready: 1, starting: 0 });
  const orphans = first.children();
  process.kill(first.pid, 'SIGKILL');
  await first.ended();
  for (const file of ['run/preforkd.pid', 'run/control/control.sock', 'lemming.sock'])
    assert.ok(existsSync(join(first.directory, file)), `${file} is stale`);
  for (const pid of orphans) process.kill(pid, 'SIGKILL');
  await until('the orphans to go', () => processesIn(first.directory).length === 0);

  const second = await startMaster(t, body, { directory: first.directory });
  const client = await second.client('lemming');
  assert.match(await client.line(), /^lemming/);
  await client.end();
  assert.equal((await second.cli('status')).code, 0);
  assert.equal(await second.stop(), 0);
});

test('a second master on the same run directory is refused; the first is undisturbed', async (t) => {
  const first = await startMaster(t, services(`lemming cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`));
  const client = await first.client('lemming');
  await client.line();
  const before = await first.settled('lemming', { busy: 1, ready: 1, starting: 0 });
  const second = await run(process.execPath, [PREFORKD, 'run', first.file], first.directory);
  assert.equal(second.code, 75);
  assert.match(second.stderr, new RegExp(`another master \\(pid ${first.pid}\\) runs on .*/run already`));
  assert.equal(second.stdout, '');
  assert.equal(await client.ask('echo still here'), 'still here');
  assert.equal((await first.service('lemming')).spawns, before.spawns);
  assert.equal((await first.cli('status')).code, 0);
});
