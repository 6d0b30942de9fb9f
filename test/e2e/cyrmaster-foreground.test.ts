// preforkd-cyrmaster in the foreground, as Cyrus's master is called: a plain cyrus.conf, its exit codes, pidfile, ready
// file and signals. Real masters, real workers.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { callCyrmaster, install, lemming, startCyrmaster } from './cyrmaster-support.ts';
import { until } from './harness.ts';
import { freePort } from './support.ts';

const PORT = 'listen="127.0.0.1:0"';

describe('a plain cyrus.conf', () => {
  test('is served; ready file and pidfile tell so, and SIGTERM ends it with 0', async (t) => {
    const installation = install(t, lemming(`${PORT} prefork=2`));
    const master = await startCyrmaster(installation);
    const client = await master.client('lemming');
    assert.match(await client.line(), /^lemming \d+ 1$/);
    assert.equal(readFileSync(installation.pidfile, 'utf8'), `${master.pid}\n`);
    await until('the ready file', () => existsSync(installation.readyFile));
    client.socket.destroy();
    assert.equal(await master.stop(), 0);
    assert.equal(existsSync(installation.readyFile), false);
    // As Cyrus's master leaves it.
    assert.equal(existsSync(installation.pidfile), true);
  });

  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    test(`${signal} ends it with 0`, async (t) => {
      const master = await startCyrmaster(install(t, lemming(PORT)));
      master.signal(signal);
      assert.equal((await master.ended()).code, 0);
    });
  }

  test('SIGHUP reads it again', async (t) => {
    const installation = install(t, lemming(`${PORT} prefork=1`));
    const master = await startCyrmaster(installation);
    writeFileSync(installation.cyrusConf, `${lemming(`${PORT} prefork=3`)}\n`);
    master.signal('SIGHUP');
    await master.event('reload-applied');
    await master.settled('lemming', { ready: 3 });
    assert.equal(await master.stop(), 0);
  });

  test('five ready failures disable a service until SIGHUP: that is Cyrus, and the default here', async (t) => {
    const master = await startCyrmaster(install(t, lemming(`${PORT} prefork=1`, '--crash-at-start 1')));
    const { failures } = await master.event('service-disabled', { service: 'lemming' });
    assert.equal(failures, 5);
    const spawned = master.events('spawned').length;
    master.signal('SIGHUP');
    await master.until('another try', () => master.events('spawned').length > spawned);
    await master.stop();
  });

  test('-l is the backlog of every service', async (t) => {
    const master = await startCyrmaster(install(t, lemming(PORT)), ['-l', '7']);
    assert.equal((await master.event('listening')).effectiveBacklog, 7);
    await master.stop();
  });

  test('-l 0 is a queue for one, and clients are served all the same', async (t) => {
    const master = await startCyrmaster(install(t, lemming(PORT)), ['-l', '0']);
    assert.equal((await master.event('listening')).effectiveBacklog, 0);
    for (const _ of [1, 2]) {
      const client = await master.client('lemming');
      assert.match(await client.line(), /^lemming \d+ /);
    }
    await master.stop();
  });
});

describe('what is refused', () => {
  test('a cyrus.conf or an imapd.conf that is wrong: 78', async (t) => {
    const bad = install(t, 'SERVICES {\n  imap cmd="nowhere-to-be-found" listen=0\n}');
    const { code, stderr } = await callCyrmaster(bad);
    assert.equal(code, 78);
    assert.match(stderr, /nowhere-to-be-found/);
    const worse = install(t, lemming(PORT), ['no colon']);
    const told = await callCyrmaster(worse);
    assert.equal(told.code, 78);
    assert.match(told.stderr, /invalid option name on line 3 of configuration file/);
    const contradiction = await callCyrmaster(install(t, lemming(PORT)), ['-d', '-D']);
    assert.equal(contradiction.code, 78);
  });

  test('PREFORKD_CONFIG with a mistake, or with services: 78', async (t) => {
    const installation = install(t, lemming(PORT));
    writeFileSync(installation.path('preforkd.conf'), 'MASTER {\n  log level=loud\n}\nSTART {\n}\n');
    const { code, stderr } = await callCyrmaster(installation);
    assert.equal(code, 78);
    assert.match(stderr, /loud/);
    assert.match(stderr, /START belongs in cyrus\.conf/);
  });

  test('a pidfile that another master holds, or that is a symbolic link: 71, and the other one goes on', async (t) => {
    const installation = install(t, lemming(PORT));
    const first = await startCyrmaster(installation);
    const second = await callCyrmaster(installation);
    assert.equal(second.code, 71);
    const other = install(t, lemming(PORT));
    const third = await callCyrmaster(other, ['-p', installation.pidfile]);
    assert.equal(third.code, 71);
    assert.match(third.stderr, /cannot get exclusive lock on pidfile/);
    assert.equal(readFileSync(installation.pidfile, 'utf8'), `${first.pid}\n`);
    symlinkSync(installation.path('elsewhere'), other.path('link.pid'));
    const fourth = await callCyrmaster(other, ['-p', 'link.pid']);
    assert.equal(fourth.code, 71);
    assert.match(fourth.stderr, /can't open pidfile/);
    assert.equal(existsSync(installation.path('elsewhere')), false);
    assert.equal(await first.stop(), 0);
  });

  test('a START job that fails: 1; a socket that cannot be bound where that is fatal: 69', async (t) => {
    const failing = install(t, `START {\n  fails cmd="/bin/false"\n}\n${lemming(PORT)}`);
    assert.equal((await callCyrmaster(failing)).code, 1);
    assert.equal(existsSync(failing.readyFile), false);
    const port = await freePort();
    const entry = lemming(`listen="127.0.0.1:${port}"`);
    const first = await startCyrmaster(install(t, entry));
    const fatal = install(t, entry, ['master_bind_errors_fatal: yes']);
    assert.equal((await callCyrmaster(fatal)).code, 69);
    const patient = await startCyrmaster(install(t, entry));
    assert.equal(patient.events('listen-failed').length, 1);
    await Promise.all([first.stop(), patient.stop()]);
  });
});

test('--help tells the words, and starts nothing', async (t) => {
  const installation = install(t, lemming(PORT));
  const { code, stdout, stderr } = await callCyrmaster(installation, ['--help']);
  assert.deepEqual([code, stderr], [0, '']);
  for (const letter of 'CMlprdDLjvV') assert.match(stdout, new RegExp(`-${letter}\\b`));
  assert.equal(existsSync(installation.pidfile), false);
});

test('-V tells the version, and an unknown option is told and left out', async (t) => {
  const installation = install(t, lemming(PORT));
  const { code, stdout, stderr } = await callCyrmaster(installation, ['-V', '-x']);
  assert.equal(code, 0);
  assert.match(stdout, /^preforkd \d+\.\d+\.\d+, in the place of Cyrus/);
  assert.equal(stderr, '');
  const master = await startCyrmaster(installation, ['-x']);
  assert.match(master.stderr, /invalid option -- 'x'/);
  await master.stop();
});
