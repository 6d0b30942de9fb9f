// Bad input to the doors of a running master, the control socket and HTTP: garbage, oversize, halves, slowness,
// crowds. Each costs its sender the connection at most; clients are served and `preforkd status` works afterwards.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LEMMING, type RunningMaster, startMaster, until } from './harness.ts';
import { metric, RawClient } from './support.ts';

const BODY = `SERVICES {\n  lemming cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1\n}`;

/** A client is served, status and metrics answer, and no error of ours was counted. */
async function unharmed(master: RunningMaster): Promise<void> {
  const client = await master.client('lemming');
  assert.match(await client.line(), /^lemming/);
  assert.equal(await client.ask('bye'), 'bye');
  const status = await master.cli('status');
  assert.equal(status.code, 0, status.stderr);
  const page = (await master.get('/metrics')).body;
  assert.equal(metric(page, 'preforkd_plane_errors_total'), 0);
  assert.equal(metric(page, 'preforkd_accounting_drift_total'), 0);
  assert.deepEqual(master.events('plane-error'), []);
  assert.equal(master.exit, undefined);
}

const controlOf = (master: RunningMaster) => ({ path: join(master.directory, 'run/control/control.sock') });

async function httpOf(master: RunningMaster): Promise<{ host: string; port: number }> {
  return { host: '127.0.0.1', port: Number(new URL(await master.httpUrl()).port) };
}

describe('the control socket', () => {
  for (const [what, bytes] of [
    ['garbage', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 256))],
    ['JSON of another kind', '{"type":123}\f[]\f"x"\fnull\f{"type":"request","data":{"verb":"explode"}}\f'],
    [
      'a wrong request',
      '{"type":"request","data":{"verb":"scale","id":"1","args":{"service":{},"prefork":-1}}}\f',
    ],
    [
      'prototype names',
      '{"type":"__proto__","data":{"__proto__":{"x":1}}}\f{"type":"constructor","data":1}\f',
    ],
    ['a message of 3 MB', `{"type":"request","data":"${'x'.repeat(3_000_000)}"}\f`],
    ['3 MB without an end', 'x'.repeat(3_000_000)],
  ] as const) {
    test(`${what} harms nothing`, async (t) => {
      const master = await startMaster(t, BODY);
      const raw = new RawClient(controlOf(master)).send(bytes);
      t.after(() => raw.end());
      await unharmed(master);
    });
  }

  test('half messages and silence are ended, not waited for', async (t) => {
    const master = await startMaster(t, BODY);
    const half = new RawClient(controlOf(master)).send('{"type":"request","da');
    const drip = new RawClient(controlOf(master));
    const timer = setInterval(() => drip.send('x'), 200);
    t.after(() => clearInterval(timer));
    await unharmed(master);
    await Promise.all([half.gone(), drip.gone()]);
    clearInterval(timer);
    await unharmed(master);
  });

  test('100 connections at once: those beyond the limit are closed, and it answers again when they go', async (t) => {
    const master = await startMaster(t, BODY);
    const crowd = Array.from({ length: 100 }, () => new RawClient(controlOf(master)));
    t.after(() => crowd.forEach((one) => void one.end()));
    await until('the surplus to be closed', () => crowd.filter(({ closed }) => closed).length >= 60);
    const client = await master.client('lemming');
    assert.match(await client.line(), /^lemming/);
    for (const one of crowd) one.end();
    await until('an answer', async () => (await master.cli('status')).code === 0);
    await unharmed(master);
  });
});

describe('HTTP', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['garbage', '\0\x01\x02 what?\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 /],
    [
      'headers of 100 kB',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      'a wrong verb',
      'DELETE /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n',
      /^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD/i,
    ],
    ['a wrong path', 'GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 404 /],
    [
      'a body',
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello',
      /^HTTP\/1\.1 413 /,
    ],
    [
      'a smuggled request',
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 4\d\d /,
    ],
  ];
  test('garbage, oversize, wrong verbs and bodies are answered and closed', async (t) => {
    const master = await startMaster(t, BODY);
    for (const [what, bytes, answer] of cases) {
      const raw = new RawClient(await httpOf(master)).send(Buffer.from(bytes, 'latin1'));
      await until(
        what,
        () => answer.test(raw.received),
        () => raw.received.slice(0, 200),
      );
      raw.end();
    }
    await unharmed(master);
  });

  test('slow headers get 408, and a silent client is closed', async (t) => {
    const master = await startMaster(t, BODY);
    const slow = new RawClient(await httpOf(master)).send('GET /metrics HTTP/1.1\r\nX: ');
    const timer = setInterval(() => slow.send('y'), 300);
    t.after(() => clearInterval(timer));
    const silent = new RawClient(await httpOf(master));
    await unharmed(master);
    await Promise.all([slow.gone(), silent.gone()]);
    assert.match(slow.received, /^HTTP\/1\.1 408 /);
  });

  test('200 connections at once: clients are served, and it answers when they have gone', async (t) => {
    const master = await startMaster(t, BODY);
    const where = await httpOf(master);
    const crowd = Array.from({ length: 200 }, () =>
      new RawClient(where).send('GET /metrics HTTP/1.1\r\nHost: localhost\r\n'),
    );
    t.after(() => crowd.forEach((one) => void one.end()));
    await until('the surplus to be closed', () => crowd.filter(({ closed }) => closed).length >= 60);
    const client = await master.client('lemming');
    assert.match(await client.line(), /^lemming/);
    for (const one of crowd) one.end();
    await until('an answer', () =>
      master.get('/healthz').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
    await unharmed(master);
  });

  test('a client that asks and never reads is closed', async (t) => {
    const master = await startMaster(t, BODY);
    const greedy = new RawClient(await httpOf(master));
    greedy.socket.pause();
    greedy.send('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2_000));
    t.after(() => greedy.end());
    await unharmed(master);
  });
});
