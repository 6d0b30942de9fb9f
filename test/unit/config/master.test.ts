// The section MASTER, the options of the command line before it, and the file itself.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultRunDirectory, loadConfiguration } from '../../../src/config/index.ts';
import { complaints, loaded, ROOT_WORLD } from './fake-world.ts';

const RUNS = 'START {\na cmd=true\n}\n';

describe('defaults', () => {
  test('everything has one', async () => {
    const { settings, master } = await loaded(RUNS);
    assert.deepEqual(settings, {
      http: { host: '127.0.0.1', port: 9464 },
      runDirectory: '/run/preforkd',
      controlSocket: '/run/preforkd/control/control.sock',
      log: { level: 'info', format: 'auto', destination: 'stdout' },
      sampleIntervalMs: 10_000,
      watchdogLimitMs: 10_000,
    });
    assert.deepEqual(master.startCap, { initial: 8, most: 32 });
    assert.equal(master.shutdownlimitMs, 30_000);
  });

  test('the run directory is that of the user', () => {
    assert.equal(
      defaultRunDirectory({ uid: 0, environment: { XDG_RUNTIME_DIR: '/run/user/0' } }),
      '/run/preforkd',
    );
    assert.equal(
      defaultRunDirectory({ uid: 1000, environment: { XDG_RUNTIME_DIR: '/run/user/1000' } }),
      '/run/user/1000/preforkd',
    );
    assert.equal(defaultRunDirectory({ uid: 1000, environment: {} }), '/tmp/preforkd-1000');
  });
});

test('every entry', async () => {
  const { settings, master } = await loaded(`MASTER {
  http listen="[::1]:0"
  control socket=./control.sock
  log level=debug format=json destination=./master.log
  run directory=./run
  shutdown limit=1m
  sampling interval=off
  watchdog limit=5s
  startcap initial=3 most=5
  backlog default=77
}
SERVICES {
  a cmd=true listen=0
}`);
  assert.deepEqual(settings, {
    http: { host: '::1', port: 0 },
    runDirectory: '/srv/app/run',
    controlSocket: '/srv/app/control.sock',
    log: { level: 'debug', format: 'json', destination: '/srv/app/master.log' },
    sampleIntervalMs: 0,
    watchdogLimitMs: 5_000,
  });
  assert.deepEqual([master.shutdownlimitMs, master.startCap], [60_000, { initial: 3, most: 5 }]);
  assert.equal(master.services[0]?.backlog, 77);
});

test('options of the command line come first', async () => {
  const text = `MASTER {\nhttp listen=1\nlog level=warn\n}\n${RUNS}`;
  const { settings } = await loaded(text, ROOT_WORLD, { 'http listen': 'off', 'log format': 'json' });
  assert.equal(settings.http, undefined);
  assert.deepEqual([settings.log.level, settings.log.format], ['warn', 'json']);
  assert.deepEqual(await complaints(RUNS, ROOT_WORLD, { 'log level': 'loud' }), [
    'error 1:1 unknown value "loud" for level',
  ]);
});

describe('an address that others can reach', () => {
  const http = async (entry: string) => (await loaded(`MASTER {\nhttp ${entry}\n}\n${RUNS}`)).settings.http;

  test('is taken with a token, with a certificate, or when the file says that it is open', async () => {
    assert.deepEqual(await http('listen="0.0.0.0:1" token=./secret'), {
      host: '0.0.0.0',
      port: 1,
      tokenFile: '/srv/app/secret',
    });
    assert.deepEqual((await http('listen="[::]:1" certificate=/a.pem key=/b.pem'))?.tls, {
      certificateFile: '/a.pem',
      keyFile: '/b.pem',
    });
    assert.deepEqual(await http('listen="192.0.2.1:1" open=yes'), { host: '192.0.2.1', port: 1, open: true });
    for (const own of ['127.0.0.53:1', 'localhost:1', '[::1]:1', '1'])
      assert.equal((await http(`listen="${own}"`))?.port, 1);
  });
});

describe('refused', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'watchdog limit=4900ms',
      'error 2:16 limit=4.9s is too short: an idle supervisor turns once a second, and may be late',
    ],
    ['htp listen=off', 'error 2:1 unknown entry "htp" in MASTER'],
    ['log levle=info', 'error 2:5 unknown key "levle" in MASTER log'],
    ['log destination=nowhere', 'error 2:17 "nowhere" is no log destination'],
    ['http listen=host:', 'error 2:13 no port in "host:"'],
    ['http token=secrte', 'error 2:12 token= names /srv/app/secrte, which does not exist'],
    ['http token=/srv/app', 'error 2:12 token= names /srv/app, which is a directory'],
    ...['0.0.0.0:1', '[::]:1', '192.0.2.1:1', 'example.org:1', '127.example.org:1', '[::1%x]:1'].map(
      (address) =>
        [
          `http listen="${address}"`,
          `error 2:14 others than this machine can reach "${address}", and nothing protects it`,
        ] as const,
    ),
    ['http certificate=/a.pem', 'error 2:18 certificate= needs key='],
    ['http key=/b.pem', 'error 2:10 key= needs certificate='],
    ['shutdown limit=30', 'error 2:16 limit: the duration "30" has no unit'],
    ['startcap initial=9 most=3', 'error 2:18 initial=9 is more than most=3'],
    ['log level=info\nlog format=json', 'error 3:1 "log" is given twice in MASTER'],
    [
      `control socket=/${'x'.repeat(107)}`,
      `error 2:16 the socket path /${'x'.repeat(107)} is longer than 107 bytes`,
    ],
  ];
  for (const [entry, expected] of cases) {
    test(entry.slice(0, 40), async () => {
      assert.deepEqual(await complaints(`MASTER {\n${entry}\n}\n${RUNS}`), [expected]);
    });
  }

  test('a run directory that leaves no room for socket names', async () => {
    const [complaint] = await complaints(`MASTER {\nrun directory=/${'x'.repeat(90)}\n}\n${RUNS}`);
    assert.match(complaint ?? '', /^error 2:15 the run directory \/x+ has 91 bytes; at most 67 leave room/);
  });

  test('a section that is nearly a known one; others are skipped', async () => {
    assert.deepEqual(await complaints(`MASTER { }\nSERVICE {\n}\nFOO {\n}\n${RUNS}`), [
      'error 2:1 unknown section "SERVICE" is skipped',
      'warning 4:1 unknown section "FOO" is skipped',
    ]);
  });
});

test('a missing file is a diagnostic', async () => {
  const outcome = await loadConfiguration('/nonexistent/services.conf');
  assert.deepEqual(outcome, {
    ok: false,
    source: undefined,
    diagnostics: [
      {
        severity: 'error',
        file: '/nonexistent/services.conf',
        line: 1,
        column: 1,
        length: 1,
        message: 'cannot read the configuration file: ENOENT',
        hint: 'there is no such file; name yours, as in: preforkd run /etc/preforkd/services.conf',
      },
    ],
  });
});

test('a file with nothing to run is allowed, with a warning', async () => {
  assert.deepEqual(await complaints(''), ['warning 1:1 this file has nothing to run']);
});

test('the shipped services.conf parses without a complaint about its words', async () => {
  const outcome = await loadConfiguration('services.conf');
  const list = outcome.ok ? outcome.warnings : outcome.diagnostics;
  // Its programs may not be built yet where this runs.
  assert.deepEqual(
    list.filter(({ message }) => !/^program .* does not exist$/.test(message)),
    [],
  );
});
