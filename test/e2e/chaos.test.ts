// A real master with real workers whose system calls fail at random (--chaos), while clients come and go: everybody is
// served, at rest the ledger is the process table, a stop leaves nothing. And who may ask for chaos at all.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { CHAOS_FAULTS } from '../../src/os/chaos.ts';
import { configuration, LEMMING, PREFORKD, type RunningMaster, run, startMaster } from './harness.ts';
import { ledgerIsExact, ownDirectory, services } from './reckoning.ts';
import { ECHO, nobodyLeft } from './support.ts';

/** All but listen-eaddrinuse: an address that was not bound at the start stays unbound, so that nobody is served. */
const EVERYTHING =
  'eintr=0.9,poll-enomem=0.005,short-read=0.5,read-eagain=0.3,spawn-eagain=0.05,spawn-enomem=0.05,' +
  'spawn-enoent=0.03,spawn-eacces=0.03,spawn-etxtbsy=0.03,spawn-slow=0.3,child-killed=0.05,open-emfile=0.05,' +
  'accept-emfile=0.1,queue-eio=0.2,epoll-few=0.5,epoll-shuffled=0.5';

/** Each takes clients in its own way; workers end after a few, so that they come and go as clients do. */
const BODY = `${services(
  `single cmd="${LEMMING} --max-use=4" listen="127.0.0.1:0" prefork=2 maxchild=6`,
  `multi cmd="${LEMMING} --multi=3 --max-use=6" listen="127.0.0.1:0" prefork=1 clientlimit=3 maxchild=4`,
  `echo cmd="${ECHO}" listen="./echo.sock" prefork=1 maxuse=5`,
  `unit cmd="${LEMMING} --systemd --max-use=4" protocol=systemd listen="127.0.0.1:0" prefork=2 maxchild=6`,
  `plain cmd="/bin/cat" protocol=inetd listen="127.0.0.1:0" maxchild=4`,
)}
DAEMON {
  idled cmd="/bin/sleep 1000"
}
EVENTS {
  tick cmd="/bin/echo tick" period=1
}`;
const SERVICES = ['single', 'multi', 'echo', 'unit', 'plain'] as const;
const CLIENTS = 12;
const AT_ONCE = 5;

function startInChaos(
  t: TestContext,
  faults: string,
  body: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningMaster> {
  return startMaster(t, body, {
    environment: { PREFORKD_ALLOW_CHAOS: '1', ...environment },
    runArguments: ['--chaos', faults],
    // Not trace: every connection of every client would be a line.
    logLevel: 'debug',
  });
}

/** A client that wants one answer. False when the connection ended before it came. */
async function isServed(master: RunningMaster, service: string, words: string): Promise<boolean> {
  const client = await master.client(service);
  // cat greets nobody.
  if (service !== 'plain' && (await client.line()) === '') return false;
  const answer = await client.ask(service === 'echo' || service === 'plain' ? words : `echo ${words}`);
  if (answer === '') return false;
  assert.equal(answer, words);
  await client.end();
  return true;
}

/** CLIENTS of them, AT_ONCE at a time. */
async function serveAll(master: RunningMaster, service: string): Promise<void> {
  let next = 0;
  const oneAfterTheOther = async () => {
    while (next < CLIENTS) {
      next += 1;
      const words = `client ${next} of ${service}`;
      // A child that is killed at its start takes an inetd client with it, who comes again. Nobody else is dropped.
      while (!(await isServed(master, service, words)))
        assert.equal(service, 'plain', `${words} was dropped`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, oneAfterTheOther));
}

/** The rarer faults, as the log shows them. */
function rareOnesSeen(master: RunningMaster): boolean {
  const failed = ({ errno, program }: Record<string, string>) =>
    master.events('spawn-failed', { errno, ...(program === undefined ? {} : { program }) }).length > 0;
  const errnos = ['EAGAIN', 'ENOMEM', 'ENOENT', 'EACCES', 'ETXTBSY'];
  return (
    errnos.every((errno) => failed({ errno })) &&
    failed({ errno: 'EMFILE', program: '/bin/cat' }) &&
    failed({ errno: 'EMFILE', program: 'accept' }) &&
    master.events('exited', { how: 'signal SIGKILL' }).length > 0 &&
    master.events('poll-failed', { errno: 'ENOMEM' }).length > 0
  );
}

/** Every process that was spawned has ended, and was told of once. */
function everyEndIsTold(master: RunningMaster): void {
  const serials = (event: string) =>
    master
      .events(event)
      .map(({ serial }) => Number(serial))
      .sort((one, other) => one - other);
  assert.deepEqual(serials('exited'), serials('spawned'));
}

async function stopLeavesNothing(master: RunningMaster): Promise<void> {
  assert.equal(await master.stop(), 0);
  await nobodyLeft(master);
  everyEndIsTold(master);
  // Nobody had to be killed for not ending, and the plane went through no error of its own.
  assert.deepEqual([master.events('worker-killed'), master.events('plane-error')], [[], []]);
}

describe('a master in chaos', () => {
  test('every fault at once: all are served, also after a reload, the ledger is exact, a stop leaves nothing', async (t) => {
    const master = await startInChaos(t, EVERYTHING, BODY);
    t.diagnostic((await master.event('chaos')).msg);
    await Promise.all(SERVICES.map((service) => serveAll(master, service)));
    // A real signal among the faults: every idle worker is replaced.
    master.signal('SIGHUP');
    await master.event('reload-applied');
    await Promise.all(SERVICES.map((service) => serveAll(master, service)));
    // One process for each client, so that they are soon met.
    while (!rareOnesSeen(master)) await serveAll(master, 'plain');
    for (const service of SERVICES) await master.settled(service, { busy: 0, queue: 0, starting: 0 });
    await ledgerIsExact(master);
    await stopLeavesNothing(master);
    const { injected, msg } = await master.event('chaos-over');
    t.diagnostic(msg);
    const never = Object.keys(CHAOS_FAULTS).filter((fault) => injected[fault] === 0);
    assert.deepEqual(never, ['listen-eaddrinuse']);
  });

  test('poll hardly ever looks and only says that it was interrupted: the turn goes on, and serves', async (t) => {
    const single = `single cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`;
    const master = await startInChaos(t, 'eintr=1', services(single));
    await serveAll(master, 'single');
    await master.settled('single', { busy: 0, queue: 0, starting: 0 });
    await ledgerIsExact(master);
    await stopLeavesNothing(master);
  });

  test('an address that cannot be bound is told, and the master goes on without', async (t) => {
    const single = `single cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`;
    const master = await startInChaos(t, 'listen-eaddrinuse=1', services(single));
    await master.event('listen-failed', { service: 'single', errno: 'EADDRINUSE' });
    await master.event('service-unbound', { service: 'single' });
    await stopLeavesNothing(master);
  });

  test('a supervisor that contradicts itself in it: the faults are over, and every worker is ended', async (t) => {
    const single = `single cmd="${LEMMING}" listen="127.0.0.1:0" prefork=2`;
    const environment = { PREFORKD_CONTRADICT_AT_TURN: '200' };
    const master = await startInChaos(t, 'eintr=1,read-eagain=0.5', services(single), environment);
    assert.equal((await master.ended()).code, 70);
    await master.event('master-crashed');
    assert.ok((await master.event('chaos-over')).injected.eintr > 200);
    await nobodyLeft(master);
  });

  test('the log tells at the start how to repeat it', async (t) => {
    const plain = 'plain cmd="/bin/cat" protocol=inetd listen="127.0.0.1:0"';
    const drawn = await startInChaos(t, 'queue-eio=0.5,eintr=0.25', services(plain));
    const line = await drawn.event('chaos');
    assert.equal(line.level, 'warn');
    assert.match(line.msg, /^chaos: queue-eio=0\.5,eintr=0\.25,seed=\d+$/);
    const again = await startInChaos(t, line.msg.replace('chaos: ', ''), services(plain));
    assert.equal((await again.event('chaos')).msg, line.msg);
  });
});

describe('chaos that is refused', () => {
  const refused = async (t: TestContext, allowed: string, faults: string) => {
    const directory = ownDirectory(t);
    const file = join(directory, 'services.conf');
    writeFileSync(file, configuration(directory, BODY));
    const words = [PREFORKD, 'run', file, '--chaos', faults];
    const ended = await run(process.execPath, words, directory, { PREFORKD_ALLOW_CHAOS: allowed });
    assert.ok(!existsSync(join(directory, 'run')), 'nothing was begun');
    return ended;
  };

  test('without PREFORKD_ALLOW_CHAOS=1', async (t) => {
    for (const allowed of ['', '0', 'yes']) {
      const { code, stdout, stderr } = await refused(t, allowed, 'eintr=0.9');
      assert.deepEqual([code, stdout], [64, '']);
      assert.match(stderr, /^preforkd: --chaos: .* set PREFORKD_ALLOW_CHAOS=1 if that is wanted\n$/);
    }
  });

  test('bad words, each with its reason', async (t) => {
    const wrong: readonly [string, RegExp][] = [
      ['eint=0.9', /there is no fault "eint"; there are eintr, /],
      ['eintr=1.5', /eintr=1\.5 is not a probability: a number from 0 to 1/],
      ['eintr=often', /eintr=often is not a probability/],
      ['eintr', /"eintr" is not FAULT=PROBABILITY/],
      ['eintr=0.5,seed=x', /seed=x is not a whole number/],
    ];
    for (const [faults, says] of wrong) {
      const { code, stdout, stderr } = await refused(t, '1', faults);
      assert.deepEqual([code, stdout], [64, '']);
      assert.match(stderr, says);
    }
  });
});
