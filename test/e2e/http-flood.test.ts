// A flood at the HTTP port of a real master: clients that send a byte at a time and hold more connections than there are
// places, readers that never read, and requests by the thousand, all at once and without an end, while a scraper comes and
// goes and clients come to a service. Every scrape is answered within the bound that is stated (http/places.ts), every
// client of the service is served, and the supervisor's turns stay what they are: short.
// What a turn took is time on a clock: where the processors are taken by others, some turns are long without any doing of
// ours. So not the slowest of all is judged, but how many were slow, and that none came near to what is called a stall.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TURN_BUCKETS } from '../../src/core/board.ts';
import { CONNECTIONS_MAX, SCRAPE_SECONDS_MAX } from '../../src/plane/http/places.ts';
import { type RunningMaster, startMaster, until } from './harness.ts';
import { ECHO, metric } from './support.ts';

const SCRAPES = 20;
const CLIENTS = 40;
const AT_ONCE = 1_000;
const TRICKLERS = CONNECTIONS_MAX + 100;
const DEAF = 60;
const TRICKLE_EVERY_MS = 50;
/** Of turns above SLOW_TURN_SECONDS. */
const SLOW_SHARE_MAX = 0.1;
const SLOW_TURN_SECONDS = 0.01;
/** No turn above: far below what is called a stall. */
const TURN_SECONDS_MAX = 1;

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n`;

/** Connects again whenever it is sent away, until the flood ends. */
class Flood {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #over = false;
  connected = 0;
  answered = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** `speak` is called when connected; `done`, if it is given, tells by what has come that the connection can end. */
  keep(speak: (socket: Socket) => void, reads: boolean): void {
    if (this.#over) return;
    const socket = connect(this.#port, '127.0.0.1', () => {
      this.connected += 1;
      speak(socket);
    });
    this.#sockets.add(socket);
    if (reads) socket.on('data', (data) => this.#read(socket, data));
    else socket.pause();
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      setImmediate(() => this.keep(speak, reads));
    });
  }

  #read(socket: Socket, data: Buffer): void {
    if (!data.includes('HTTP/1.1 200')) return;
    this.answered += 1;
    socket.destroy();
  }

  end(): void {
    this.#over = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** One byte now and then, until it is sent away. */
function trickle(socket: Socket): void {
  socket.write('GET /metrics HTTP/1.1\r\nX: ');
  const timer = setInterval(() => socket.write('y'), TRICKLE_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
}

async function floodAt(t: TestContext, master: RunningMaster): Promise<Flood> {
  const flood = new Flood(Number(new URL(await master.httpUrl()).port));
  t.after(() => flood.end());
  for (let count = 0; count < TRICKLERS; count += 1) flood.keep(trickle, true);
  for (let count = 0; count < DEAF; count += 1) {
    flood.keep((socket) => socket.write(request('/api/live')), false);
    flood.keep((socket) => socket.write(request('/metrics').repeat(100)), false);
  }
  for (let count = 0; count < AT_ONCE; count += 1) {
    flood.keep((socket) => socket.write(request(count % 2 === 0 ? '/metrics' : '/api/status')), true);
  }
  await until('more are connected than there are places', () => flood.connected > 2 * CONNECTIONS_MAX);
  return flood;
}

/** As Prometheus does it, but for its patience: a connection of its own for each. Resolves with its seconds. */
async function scrape(master: RunningMaster): Promise<{ readonly page: string; readonly seconds: number }> {
  const began = performance.now();
  const answer = await fetch(`${await master.httpUrl()}/metrics`, { headers: { connection: 'close' } });
  const page = await answer.text();
  assert.equal(answer.status, 200);
  return { page, seconds: (performance.now() - began) / 1_000 };
}

/** How many turns took no longer than that; without a bound, all. */
function turnsUpTo(page: string, seconds: number): number {
  const le = Number.isFinite(seconds) ? String(seconds) : '+Inf';
  return metric(page, 'preforkd_turn_seconds_bucket', { le });
}

async function beServed(master: RunningMaster, name: string): Promise<void> {
  const client = await master.client('echo');
  assert.match(await client.line(), /say something/);
  assert.match(await client.ask(name), new RegExp(name));
  client.socket.destroy();
}

test('a flood keeps no scrape waiting, no client of a service, and not the supervisor', async (t) => {
  assert.ok((TURN_BUCKETS as readonly number[]).includes(SLOW_TURN_SECONDS));
  const master = await startMaster(
    t,
    `SERVICES {\n  echo cmd="${ECHO}" listen="127.0.0.1:0" prefork=2 maxchild=6\n}`,
    { logLevel: 'info' },
  );
  await master.settled('echo', { starting: 0 });
  const { page: before } = await scrape(master);
  const flood = await floodAt(t, master);
  const served: Promise<void>[] = [];
  const took: number[] = [];
  for (let count = 0; count < SCRAPES; count += 1) {
    for (let each = 0; each < CLIENTS / SCRAPES; each += 1)
      served.push(beServed(master, `client ${count} ${each}`));
    took.push((await scrape(master)).seconds);
  }
  await Promise.all(served);
  const { page: after, seconds } = await scrape(master);
  flood.end();
  took.push(seconds);
  t.diagnostic(
    `scrapes took up to ${Math.max(...took).toFixed(2)} s; ${flood.connected} connections, ${flood.answered} answers`,
  );
  assert.ok(Math.max(...took) <= SCRAPE_SECONDS_MAX, `${took}`);
  const turns = (bound: number) => turnsUpTo(after, bound) - turnsUpTo(before, bound);
  const all = turns(Number.POSITIVE_INFINITY);
  const slow = all - turns(SLOW_TURN_SECONDS);
  t.diagnostic(`${all} turns, ${slow} above ${SLOW_TURN_SECONDS} s`);
  assert.ok(all > 0 && slow / all <= SLOW_SHARE_MAX, `${slow} of ${all} turns took more than 10 ms`);
  assert.equal(all - turns(TURN_SECONDS_MAX), 0, 'no turn took a second');
  assert.equal(metric(after, 'preforkd_turn_stalled'), 0);
  assert.ok(flood.answered > 0, 'it was a flood that was answered, too');
});
