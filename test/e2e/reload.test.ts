// Reload of a running master, by SIGHUP and by `preforkd reload --wait`: what survives (sockets, busy workers,
// counters), what takes effect, what is refused. Real masters, real workers.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, isAlive, LEMMING, type RunningMaster, startMaster, until } from './harness.ts';
import { freePort, metric, refuses } from './support.ts';

const lemming = (settings: string, options = '') =>
  `SERVICES {\n  lemming cmd="${LEMMING} ${options}" ${settings}\n}`;

/** SIGHUP, and the reload that it asked for has taken effect. */
async function hangUp(master: RunningMaster): Promise<void> {
  const before = master.log.length;
  master.signal('SIGHUP');
  await master.event('reload-applied', {}, before);
}

describe('a reload with the same configuration', () => {
  for (const how of ['SIGHUP', 'preforkd reload --wait'] as const) {
    test(`by ${how} keeps socket, busy worker and counters, and replaces idle workers`, async (t) => {
      const master = await startMaster(t, lemming('listen="127.0.0.1:0" prefork=2'));
      const address = await master.address('lemming');
      const client = await master.client('lemming');
      const busy = (await client.line()).split(' ')[1];
      const before = await master.settled('lemming', { busy: 1, ready: 2, starting: 0 });
      const idle = before.workers.filter(({ state }) => state === 'ready').map(({ pid }) => pid);
      if (how === 'SIGHUP') await hangUp(master);
      else assert.equal((await master.cli('reload', '--wait')).code, 0);

      await until('the idle ones to go', () => !idle.some(isAlive));
      assert.equal(await client.ask('pid'), busy);
      const another = await Client.connect(address);
      assert.match(await another.line(), /^lemming \d+ 1$/);
      const after = await master.settled('lemming', { busy: 1, draining: 1, ready: 2 });
      assert.ok(after.connections >= 2, `connections ${after.connections}`);
      assert.ok(after.spawns > before.spawns);
      assert.equal(await client.ask('bye'), 'bye');
      await until('the busy one to go after its client', () => !isAlive(Number(busy)));
      assert.equal(master.events('breaker-opened').length, 0);
      await another.end();
    });
  }

  test('no client is refused while 20 per second come and the master is reloaded again and again', async (t) => {
    const master = await startMaster(t, lemming('listen="127.0.0.1:0" prefork=3'));
    const address = await master.address('lemming');
    const served: Promise<string>[] = [];
    const talk = async () => {
      const client = await Client.connect(address);
      const greeting = await client.line();
      const answer = await client.ask('bye');
      client.socket.destroy();
      return `${greeting.replace(/\d+/g, 'N')} ${answer}`;
    };
    for (let at = 0; at < 40; at += 1) {
      served.push(talk());
      if (at % 10 === 5) master.signal('SIGHUP');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (const answer of await Promise.all(served)) assert.equal(answer, 'lemming N N bye');
    assert.ok(master.events('reload-applied').length >= 2);
  });

  test('START does not rerun, period EVENTS neither, and their children are not signalled', async (t) => {
    const events = `START {\n  once cmd="/bin/sh -c :"\n}
EVENTS {\n  long cmd="/bin/sleep 600" period=60 stoplimit=1s\n}`;
    const master = await startMaster(t, `${lemming('listen="127.0.0.1:0"')}\n${events}`);
    const { pid } = await master.event('spawned', { service: 'long' });
    await hangUp(master);
    await hangUp(master);
    assert.ok(isAlive(Number(pid)));
    assert.equal(master.events('spawned', { service: 'once' }).length, 1);
    assert.equal(master.events('spawned', { service: 'long' }).length, 1);
    assert.equal(master.events('event-skipped').length, 0);
    assert.equal(master.events('worker-retired', { service: 'long' }).length, 0);
  });
});

describe('a reload with changes', () => {
  test('of limits: they take effect at once', async (t) => {
    const master = await startMaster(t, lemming('listen="127.0.0.1:0" prefork=1 maxchild=5'));
    await master.settled('lemming', { ready: 1, starting: 0 });
    master.rewrite(lemming('listen="127.0.0.1:0" prefork=3 maxchild=4'));
    await hangUp(master);
    await master.settled('lemming', { ready: 3, active: 3, starting: 0, prefork: 3, maxchild: 4 });
    assert.equal(master.events('listening').length, 1, 'the socket is the same');
    assert.equal((await master.event('reload-applied')).changed, 1);
  });

  test('of listen: the new socket serves, the old one refuses, the busy worker finishes', async (t) => {
    const [first, second] = [await freePort(), await freePort()];
    const master = await startMaster(t, lemming(`listen="127.0.0.1:${first}" prefork=1`));
    const client = await master.client('lemming');
    const pid = (await client.line()).split(' ')[1];
    master.rewrite(lemming(`listen="127.0.0.1:${second}" prefork=1`));
    await hangUp(master);
    await until('the old address to refuse', () => refuses({ host: '127.0.0.1', port: first }));
    const newcomer = await Client.connect({ host: '127.0.0.1', port: second });
    assert.match(await newcomer.line(), /^lemming/);
    assert.equal(await client.ask('pid'), pid);
    assert.equal(await client.ask('bye'), 'bye');
    await until('the old worker to go', () => !isAlive(Number(pid)));
    await newcomer.end();
  });

  test('a removed service refuses within a second, its busy worker finishes its client', async (t) => {
    const both = (settings: string) => `SERVICES {
  stays cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1
  ${settings}
}`;
    const master = await startMaster(t, both(`goes cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`));
    const address = await master.address('goes');
    const client = await Client.connect(address);
    const pid = (await client.line()).split(' ')[1];
    master.rewrite(both(''));
    await hangUp(master);
    const applied = performance.now();
    await until('the address to refuse', () => refuses(address));
    assert.ok(performance.now() - applied < 1_000, 'within a second');
    assert.equal(await client.ask('pid'), pid);
    assert.equal(await client.ask('bye'), 'bye');
    await master.until('the service to be forgotten', async () => (await master.services()).length === 1);
    assert.ok(!isAlive(Number(pid)));
  });

  test('an added service listens and serves; a removed unix socket leaves no path behind', async (t) => {
    const master = await startMaster(t, lemming('listen="127.0.0.1:0"'));
    const path = join(master.directory, 'added.sock');
    const added = `added cmd="${LEMMING}" listen="${path}" prefork=1`;
    master.rewrite(lemming('listen="127.0.0.1:0"').replace('\n}', `\n  ${added}\n}`));
    await hangUp(master);
    const client = await Client.connect({ path });
    assert.match(await client.line(), /^lemming/);
    await client.end();
    master.rewrite(lemming('listen="127.0.0.1:0"'));
    await hangUp(master);
    await until('the path to go', () => refuses({ path }));
  });

  test('an address that is taken: the other services go on, and the next reload binds it', async (t) => {
    const holder = createServer();
    t.after(() => holder.close());
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const held = holder.address();
    const port = typeof held === 'object' && held !== null ? held.port : 0;
    const body = `SERVICES {
  good cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1
  barred cmd="${LEMMING}" listen="127.0.0.1:${port}" prefork=1
}`;
    const master = await startMaster(t, body.replace(/barred.*/, ''));
    const address = await master.address('good');
    master.rewrite(body);
    await hangUp(master);
    assert.equal((await master.event('listen-failed', { service: 'barred' })).level, 'error');
    assert.match((await master.event('service-unbound')).msg, /unable to create barred listener socket/);
    await master.settled('barred', { state: 'unbound' });
    await until('the master not to be ready', async () => (await master.get('/readyz')).status === 503);
    const client = await Client.connect(address);
    assert.match(await client.line(), /^lemming/);
    await client.end();

    await new Promise((resolve) => holder.close(resolve));
    await hangUp(master);
    const late = await Client.connect({ host: '127.0.0.1', port });
    assert.match(await late.line(), /^lemming/);
    await late.end();
    await until('the master to be ready', async () => (await master.get('/readyz')).status === 200);
  });
});

describe('a bad configuration', () => {
  const good = lemming('listen="127.0.0.1:0" prefork=1');

  test('is refused with its diagnostics; the old one goes on, and it is counted', async (t) => {
    const master = await startMaster(t, good);
    const before = await master.settled('lemming', { ready: 1, starting: 0 });
    master.rewrite(lemming('listen="127.0.0.1:0" prefrok=1'));
    const answer = await master.cli('reload', '--wait');
    assert.equal(answer.code, 78);
    assert.match(
      answer.stdout + answer.stderr,
      /services\.conf:\d+:\d+.*prefrok[\s\S]*did you mean.*prefork/,
    );
    master.signal('SIGHUP');
    await master.until('two refusals in the log', () => master.events('reload-refused').length === 2);
    assert.match(master.events('reload-refused')[1]?.msg ?? '', /old configuration goes on[\s\S]*prefrok/);
    assert.deepEqual(
      await master.settled('lemming', { ready: 1, spawns: before.spawns }).then(pidsOf),
      pidsOf(before),
    );
    const page = (await master.get('/metrics')).body;
    assert.equal(metric(page, 'preforkd_reloads_refused_total'), 2);
    assert.equal(metric(page, 'preforkd_reloads_total'), 0);
    master.rewrite(good);
    assert.equal((await master.cli('reload', '--wait')).code, 0);
    assert.equal(metric((await master.get('/metrics')).body, 'preforkd_reloads_total'), 1);
  });

  test('what is no configuration at all, or gone, is refused as well', async (t) => {
    const master = await startMaster(t, good);
    const socket = join(master.directory, 'run/control/control.sock');
    const reload = () => master.cli('reload', '--wait', '--socket', socket);
    writeFileSync(master.file, Buffer.from([0, 255, 123, 10, 7]));
    assert.equal((await reload()).code, 78);
    rmSync(master.file);
    const gone = await reload();
    assert.equal(gone.code, 78);
    assert.match(gone.stdout + gone.stderr, /services\.conf.*(ENOENT|no such file)/i);
    const client = await master.client('lemming');
    assert.match(await client.line(), /^lemming/);
  });
});

const pidsOf = ({ workers }: { workers: readonly { pid: number }[] }) => workers.map(({ pid }) => pid);

test('a burst of 20 SIGHUPs while 20 slow workers start: none dies of it, nothing is disabled', async (t) => {
  const settings = 'listen="127.0.0.1:0" prefork=20';
  const master = await startMaster(t, lemming(settings, '--slow-start=300'));
  for (let times = 0; times < 20; times += 1) {
    master.signal('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await master.event('reload-applied');
  await master.settled('lemming', { ready: 20, starting: 0, draining: 0, state: 'running' });
  assert.deepEqual(
    master
      .events('exited')
      .filter(({ how }) => how !== 'exit 0')
      .map(({ msg }) => msg),
    [],
  );
  assert.equal(master.events('breaker-opened').length + master.events('service-disabled').length, 0);
  const client = await master.client('lemming');
  assert.match(await client.line(), /^lemming/);
  await client.end();
});
