// HTTP: the pages, and hygiene: garbage, oversize, bodies, wrong verbs, slow and many clients harm nothing.

import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { namesChecked } from '../../../src/plane/http/host-name.ts';
import { CONNECTIONS_MAX } from '../../../src/plane/http/places.ts';
import { createRoutes, notReadyBecause } from '../../../src/plane/http/routes.ts';
import { type HttpServer, startHttpServer } from '../../../src/plane/http/server.ts';
import { type FakeThread, fakeThread, sampleSnapshot } from './support/fake-thread.ts';
import { sampleStatus, statusReader } from './support/status.ts';
import { type MadeUpMaster, madeUpMaster } from './support/status-page.ts';
import { until } from './support/until.ts';

let thread: FakeThread;
let server: HttpServer;
let master: MadeUpMaster;
let url: string;
let ageMs: number;
let stall: string | undefined;
let failures: string[];
let rendered: () => Promise<string>;

before(() => {
  master = madeUpMaster(statusReader(fakeThread()));
});
after(() => master.page.stop());

beforeEach(async () => {
  thread = fakeThread();
  ageMs = 10;
  stall = undefined;
  failures = [];
  rendered = async () => 'preforkd_turns_total 1\n';
  const metrics = { contentType: 'text/plain; version=0.0.4', render: () => rendered() };
  const status = statusReader(thread);
  url = await new Promise<string>((listening) => {
    server = startHttpServer({
      host: '127.0.0.1',
      port: 0,
      headersTimeoutMs: 100,
      routes: createRoutes(
        { metrics, status, boardAgeMs: () => ageMs, stall: () => stall },
        master.page.routes,
      ),
      listening,
      unavailable: (reason) => failures.push(reason),
      failed: (reason) => failures.push(reason),
    });
  });
});

afterEach(() => {
  server.stop();
});

const port = () => Number(new URL(url).port);

describe('pages', () => {
  test('/metrics, / and /api/status', async () => {
    const metrics = await fetch(`${url}/metrics`);
    assert.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4');
    assert.equal(await metrics.text(), 'preforkd_turns_total 1\n');
    assert.match(await (await fetch(url)).text(), /api\/status/);
    const status = (await (await fetch(`${url}/api/status?pretty`)).json()) as ReturnType<
      typeof sampleStatus
    >;
    assert.equal(status.services[0]?.name, 'imap');
    assert.equal(status.master.phase, 'running');
  });

  test('a whole URL, as a proxy may send it, is its path', async () => {
    const line = (target: string) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    assert.match(await rawAnswer(line('http://[::1]:9464/metrics?x')), /preforkd_turns_total 1\n$/);
    assert.match(await rawAnswer(line('http://x')), /^HTTP\/1.1 200 [\s\S]*api\/status/);
  });

  test('a flood of /api/status costs a snapshot now and then, not one each', async () => {
    await Promise.all(
      Array.from({ length: 50 }, () => fetch(`${url}/api/status`).then((answer) => answer.text())),
    );
    // One, where the machine is quick enough for all to come within the life of a snapshot.
    assert.ok(thread.commands.length <= 5, `${thread.commands.length}`);
  });

  test('/healthz is 200 while the turn is fresh, or when an idle supervisor answers', async () => {
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal(thread.commands.length, 0);
    ageMs = 60_000;
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  test('/healthz and /readyz are 503 with the reason when the watchdog says so, however fresh the turn', async () => {
    stall = 'no turn was completed for 12 s: the supervisor has been in stage spawn for 12 s';
    const [health, ready] = [await fetch(`${url}/healthz`), await fetch(`${url}/readyz`)];
    assert.deepEqual([health.status, await health.text()], [503, `${stall}\n`]);
    assert.deepEqual([ready.status, await ready.text()], [503, `not ready: ${stall}\n`]);
    assert.equal(thread.commands.length, 0);
    stall = undefined;
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  test('/healthz is 503 when the supervisor is stuck', async () => {
    ageMs = 60_000;
    thread.answer = () => new Promise(() => {});
    const answer = await fetch(`${url}/healthz`);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /did not answer within 3 s: it has been in stage spawn for 11 s/);
  });

  test('/readyz is 503 until the master runs', async () => {
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    const stopping = fakeThread(sampleSnapshot({ phase: 'stopping' }));
    thread.answer = stopping.answer;
    await until('the cached snapshot is too old', async () => (await fetch(`${url}/readyz`)).status === 503);
  });

  test('a service that does not listen is named', () => {
    const status = sampleStatus();
    const services = status.services.map((service) => ({ ...service, state: 'unbound' as const }));
    assert.match(notReadyBecause({ ...status, services }) ?? '', /imap \(unbound\), echo \(unbound\)/);
  });
});

test('who has no more to ask, and says so before the answer is there, gets it', async () => {
  rendered = async () => {
    await delay(50);
    return 'preforkd_turns_total 2\n';
  };
  const socket = connect(port(), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.end('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until('the end of the connection', () => socket.destroyed);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.ok(answer.endsWith('\r\n\r\npreforkd_turns_total 2\n'), answer);
});

describe('a foreign name', () => {
  const asked = async (host: string) =>
    (await rawAnswer(`GET /api/status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split(' ')[1];

  test('that was made to mean this machine is refused, and the own ones are not', async () => {
    for (const own of ['127.0.0.1', `localhost:${port()}`, '[::1]:1', 'a.localhost', hostname(), ''])
      assert.equal(await asked(own), '200', own);
    for (const foreign of ['evil.example', `evil.example:${port()}`, '127.0.0.1.evil.example'])
      assert.equal(await asked(foreign), '421', foreign);
  });

  test('is taken where the file says open=yes, where others may come anyway, and where a token is asked for', () => {
    const here = { host: '127.0.0.1', port: 1 };
    const all = [
      here,
      { ...here, open: true as const },
      { ...here, host: '::' },
      { ...here, tokenFile: '/t' },
    ];
    assert.deepEqual(all.map(namesChecked), [true, false, false, false]);
  });
});

describe('bad input', () => {
  test('wrong verbs, wrong paths, bodies', async () => {
    const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x' });
    assert.equal(post.status, 405);
    assert.equal(post.headers.get('allow'), 'GET, HEAD');
    assert.equal((await fetch(`${url}/../../etc/passwd`)).status, 404);
    assert.equal((await fetch(`${url}/constructor`)).status, 404);
    assert.equal(await statusOfGetWithBody(), 413);
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
  });

  test('garbage is answered with 400, oversize with 431, and both are closed', async () => {
    assert.match(await rawAnswer('\u0000\u0001garbage\r\n\r\n'), /^HTTP\/1.1 400 /);
    assert.match(
      await rawAnswer(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(9_000)}\r\n\r\n`),
      /^HTTP\/1.1 431 /,
    );
    assert.equal((await fetch(`${url}/metrics`)).status, 200);
  });

  test('a client that sends its request byte by byte, or never all of it, is closed', async () => {
    assert.match(await rawAnswer('GET /metrics HTTP/1.1\r\nHos'), /^HTTP\/1.1 408 /);
  });

  test('who goes on trickling after the refusal is cut off', async () => {
    const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.resume().write('GET /metrics HTTP/1.1\r\nX: ');
    const trickle = setInterval(() => socket.write('y'), 10);
    await until('it is cut off', () => socket.destroyed);
    clearInterval(trickle);
  });

  test('two thousand requests at once: few pages are made, a hundred are answered, and that was it', async () => {
    let pages = 0;
    rendered = async () => {
      pages += 1;
      return 'x'.repeat(100_000);
    };
    const answer = await rawAnswer('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2_000));
    // The connection is reset when requests are left unread, and with it what was still on its way.
    const answered = answer.split('HTTP/1.1 200 OK').length - 1;
    assert.ok(answered > 0 && answered <= 100, `${answered}`);
    assert.ok(pages <= 10, `${pages}`);
    assert.equal((await fetch(`${url}/metrics`)).status, 200);
  });

  test('an error of our own is 500 and is logged', async () => {
    for (const [thrown, told] of [
      [new Error('a bug'), /a bug/],
      [null, /null/],
    ] as const) {
      rendered = () => Promise.reject(thrown);
      assert.equal((await fetch(`${url}/metrics`)).status, 500);
      assert.match(failures.pop() ?? '', told);
    }
  });
});

test('silent connections are held up to the limit; then the oldest goes, and who asks is always let in', async (t) => {
  const patient = await new Promise<string>((listening) => {
    const another = startHttpServer({
      ...{ host: '127.0.0.1', port: 0, listening, unavailable: () => {}, failed: () => {} },
      routes: async () => ({ status: 200, contentType: 'text/plain', body: 'here\n' }),
    });
    t.after(another.stop);
  });
  const sockets: Socket[] = [];
  while (sockets.length < CONNECTIONS_MAX) sockets.push(await open(Number(new URL(patient).port)));
  assert.equal(await (await fetch(patient)).text(), 'here\n');
  await until('one had to go', () => sockets[0]?.destroyed === true);
  assert.equal(sockets.filter((socket) => socket.destroyed).length, 1);
  for (const socket of sockets) socket.destroy();
});

test('a taken port is told once, and does not throw', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  assert.ok(typeof address === 'object' && address !== null);
  const reason = await new Promise<string>((unavailable) => {
    const second = startHttpServer({
      host: '127.0.0.1',
      port: address.port,
      routes: () => Promise.reject(new Error('never asked')),
      listening: () => {},
      unavailable: (why) => {
        unavailable(why);
        second.stop();
      },
      failed: () => {},
    });
  });
  assert.match(reason, /EADDRINUSE/);
  taken.close();
});

/** fetch() refuses to send such a request. */
function statusOfGetWithBody(): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${url}/metrics`,
      { method: 'GET', headers: { 'content-length': 3 } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    request.on('error', reject);
    request.end('abc');
  });
}

function open(to: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(to, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => {});
    socket.resume();
  });
}

/** What comes back until the connection is closed. */
function rawAnswer(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port(), '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
