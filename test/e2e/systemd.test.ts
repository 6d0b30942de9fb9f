// Protocol `systemd` of a real master: what a socket-activated worker is given, what it may tell, its watchdog; first
// with a lemming, then with gunicorn as Debian ships it.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Client, isAlive, LEMMING, type RunningMaster, startMaster, until } from './harness.ts';
import { nobodyLeft } from './support.ts';

const lemming = (settings: string, options = '') =>
  `SERVICES {\n  unit cmd="${LEMMING} --systemd ${options}" protocol=systemd listen="127.0.0.1:0" ${settings}\n}`;

describe('a systemd worker', () => {
  test('is given its socket by LISTEN_FDS and a notify socket; READY=1 makes it ready', async (t) => {
    const master = await startMaster(t, lemming('prefork=1'));
    const ready = await master.event('worker-ready', { service: 'unit' });
    assert.match(ready.msg, / is ready after /, 'it said so; it was not presumed');
    const client = await master.client('unit');
    const pid = (await client.line()).split(' ')[1];
    assert.equal(await client.ask('show env LISTEN_FDS'), '1');
    assert.equal(await client.ask('show env LISTEN_PID'), pid);
    assert.equal(await client.ask('show env LISTEN_FDNAMES'), 'unit');
    assert.match(await client.ask('show env NOTIFY_SOCKET'), /^[/@]/);
    assert.match(await client.ask('show fds'), /3:socket:/);
    await client.end();
  });

  test('STATUS= is shown in the status, for people as well', async (t) => {
    const master = await startMaster(t, lemming('prefork=1'));
    const client = await master.client('unit');
    await client.line();
    await master.until('STATUS= in the status', async () =>
      (await master.service('unit')).workers.some(({ statusText }) => statusText === '1 clients'),
    );
    assert.match((await master.cli('status')).stdout, /1 clients/);
    await client.end();
  });

  test('STOPPING=1 takes it out of the ready ones, and another is started', async (t) => {
    const master = await startMaster(t, lemming('prefork=1'));
    await master.settled('unit', { ready: 1, starting: 0 });
    const client = await master.client('unit');
    const pid = Number((await client.line()).split(' ')[1]);
    process.kill(pid, 'SIGTERM');
    await master.until('it to drain', async () =>
      (await master.service('unit')).workers.some(
        (worker) => worker.pid === pid && worker.state === 'draining',
      ),
    );
    await master.settled('unit', { ready: 1, starting: 0, draining: 1 });
    assert.equal(await client.ask('echo still here'), 'still here');
    await client.ask('bye');
    await until('it to end after its client', () => !isAlive(pid));
    assert.equal((await master.event('exited', { pid })).how, 'exit 0');
  });

  test('one that is never ready is killed at startlimit, and counts as a failure', async (t) => {
    const master = await startMaster(t, lemming('prefork=1 startlimit=400ms', '--never-ready'));
    const killed = await master.event('worker-killed', { service: 'unit' });
    assert.match(killed.msg, /not ready within its start limit of 0\.4 s/);
    assert.equal((await master.event('exited', { pid: killed.pid })).reason, 'start-limit');
    await master.event('breaker-opened', { service: 'unit' });
  });

  test('WATCHDOG=1 keeps it alive; without, it is killed and replaced', async (t) => {
    const watched = await startMaster(t, lemming('prefork=1 watchdog=4s'));
    const mute = await startMaster(t, lemming('prefork=1 watchdog=500ms', '--no-watchdog'));
    const killed = await mute.event('worker-killed', { service: 'unit' });
    assert.match(killed.msg, /no WATCHDOG=1 for \d+ ms/);
    assert.equal((await mute.event('exited', { pid: killed.pid })).reason, 'watchdog');
    await mute.until('another one', () => mute.events('spawned').length >= 2);
    // Longer than its watchdog: it has beaten.
    await watched.until('its age', async () =>
      (await watched.service('unit')).workers.some(({ stateSeconds }) => stateSeconds > 4.5),
    );
    assert.equal(watched.events('worker-killed').length, 0);
    assert.equal(watched.events('spawned').length, 1);
  });

  test('while clients wait that nobody takes, another worker is started', async (t) => {
    const master = await startMaster(t, lemming('prefork=1 maxchild=3'));
    const { workers } = await master.settled('unit', { ready: 1, starting: 0 });
    const [pid = 0] = workers.map((worker) => worker.pid);
    // It stands still and takes nobody; since it cannot say busy, only the queue tells.
    process.kill(pid, 'SIGSTOP');
    t.after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
    const client = await master.client('unit');
    assert.notEqual((await client.line()).split(' ')[1], String(pid));
    process.kill(pid, 'SIGKILL');
    await client.end();
  });
});

const GUNICORN = '/usr/bin/gunicorn';

const APPLICATION = `import os
def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [f"pid {os.getpid()} parent {os.getppid()}\\n".encode()]
`;

async function startGunicorn(t: TestContext): Promise<RunningMaster> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-e2e-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'app.py'), APPLICATION);
  const body = `SERVICES {
  web cmd="${GUNICORN} --workers=1 --worker-tmp-dir=${directory} app:application" protocol=systemd listen="127.0.0.1:0" prefork=1 stoplimit=20s
}`;
  return startMaster(t, body, { directory });
}

describe('gunicorn', { skip: existsSync(GUNICORN) ? false : 'gunicorn of Debian is not installed' }, () => {
  test('serves HTTP through the socket of the master, survives a reload, and ends on stop', async (t) => {
    const master = await startGunicorn(t);
    const address = await master.address('web');
    assert.ok('port' in address);
    await master.settled('web', { ready: 1, starting: 0 });
    const page = async () => (await fetch(`http://127.0.0.1:${address.port}/`)).text();
    const answer = await page();
    assert.match(answer, /^pid \d+ parent \d+\n$/);
    const ready = await master.event('worker-ready', { service: 'web' });
    assert.match(ready.msg, / is ready after /, 'gunicorn says READY=1');
    const parent = Number(answer.split(' ')[3]);
    assert.ok(
      master.events('spawned').some(({ pid }) => pid === parent),
      'a gunicorn of this master',
    );

    assert.equal((await master.cli('reload', '--wait')).code, 0);
    assert.match(await page(), /^pid/);
    assert.ok(isAlive(Number(ready.pid)), 'the command is the same, so gunicorn stays');
    assert.equal(await master.stop(), 0);
    const exited = await master.event('exited', { pid: ready.pid });
    assert.deepEqual([exited.how, exited.expected], ['exit 0', true]);
    await nobodyLeft(master);
    await assert.rejects(Client.connect(address));
  });
});
