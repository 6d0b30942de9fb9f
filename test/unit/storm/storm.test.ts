// Whole storms in this process: that no slow answer delays the next arrival and none is left out of the latencies, that
// who is cut comes back together, that ports which run out are found elsewhere, and that a storm can be ended.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { NetConnectOpts, Socket } from 'node:net';
import { describe, test } from 'node:test';
import { createDialer, type Open, SOURCES_MAX } from '../../../bench/storm/load/dialer.ts';
import { planStorm } from '../../../bench/storm/load/plan.ts';
import { lacksDescriptors, openAtOnce } from '../../../bench/storm/options/capacity.ts';
import { imap, serve, spoken, stormed } from './support.ts';

describe('coordinated omission', () => {
  test('a service that stalls: whoever was planned in the stall shows all of it', async (t) => {
    // From 200 ms on it stalls for 600 ms: connections are accepted by the kernel, and nobody answers.
    const stall = { fromMs: 200, toMs: 800 };
    let beganAt = 0;
    const { port } = await serve(t, (socket) => {
      beganAt ||= performance.now();
      const sinceBegin = performance.now() - beganAt;
      const stalled = sinceBegin >= stall.fromMs && sinceBegin < stall.toMs;
      setTimeout(() => imap(socket), stalled ? stall.toMs - sinceBegin : 0);
    });
    const load = { shape: 'poisson', rate: '500/s', duration: '1s', seed: 'stall' };
    const { result } = await stormed('imap', `127.0.0.1:${port}`, load);
    assert.equal(result.visits.greeted, 500);
    // Open loop: the stall kept nobody from arriving.
    const planned = result.timeline.greetings.map(([at]) => at).sort((one, other) => one - other);
    const inStall = result.timeline.greetings.filter(
      ([at]) => at > stall.fromMs + 150 && at < stall.toMs - 20,
    );
    assert.ok(inStall.length > 150, `${inStall.length} were planned in the stall`);
    assert.equal(planned.length, 500);
    // Each of them waited until its end, counted from its own plan: the earlier, the longer.
    for (const [at, greeted] of inStall) {
      assert.ok(greeted - at > stall.toMs - at - 60, `planned at ${at}, greeted at ${greeted}`);
    }
    // Six tenths were hit, evenly from 0 to 600 ms; a closed loop would have reported one slow answer.
    const { p50, p90 } = result.latency.greeting;
    assert.ok((p50 ?? 0) > 40, `p50 ${p50}`);
    assert.ok((p90 ?? 0) > 400, `p90 ${p90}`);
  });

  test('the generator itself stalls: its delay counts as the latency of those it kept waiting, and is told', async (t) => {
    let served = 0;
    const { port } = await serve(t, (socket) => {
      served += 1;
      // The server is in the generator's own process: both stand still.
      const until = served === 10 ? performance.now() + 300 : 0;
      while (performance.now() < until);
      imap(socket);
    });
    const load = { shape: 'poisson', rate: '200/s', duration: '500ms', seed: 'late' };
    const { result } = await stormed('imap', `127.0.0.1:${port}`, load);
    assert.equal(result.visits.done, 100);
    assert.ok((result.latency.lateness.max ?? 0) > 150, `${result.latency.lateness.max}`);
    assert.ok((result.latency.greeting.max ?? 0) >= (result.latency.lateness.max ?? 0));
    assert.match(result.notes.join(), /the generator itself was late/);
  });
});

describe('a reconnect storm', () => {
  test('who is refused returns with the others, and is served in the end', async (t) => {
    const first = await serve(t, imap);
    const { port } = first;
    await new Promise((resolve) => first.server.close(resolve));
    const running = stormed('imap', `127.0.0.1:${port}`, {
      ...{ shape: 'reconnect', connections: '40', reconnect: 'first=400ms,jitter=10%' },
    });
    setTimeout(() => void serve(t, imap, port), 800);
    const { result } = await running;
    const { visits, latency } = result;
    // First try: refused at 0. Second: at 400 ms. Third, 800 ms later: served.
    assert.deepEqual([visits.refused, visits.cameBack, visits.done, visits.gaveUp], [80, 80, 40, 0]);
    assert.deepEqual([latency.served.count, latency.served.missing], [40, 0]);
    assert.ok((latency.served.min ?? 0) > 1_000, `from the first plan on: ${latency.served.min}`);
    assert.deepEqual([latency.greeting.missing, latency.greeting.p50], [80, null]);
    const returned = result.timeline.greetings.map(([at]) => at);
    assert.ok(Math.max(...returned) - Math.min(...returned) < 500, 'together');
  });

  test('who is cut returns as well; who never gets in gives up', async (t) => {
    let served = 0;
    const { port } = await serve(t, (socket) => {
      served += 1;
      if (served <= 10) socket.resetAndDestroy();
      else imap(socket);
    });
    const back = { connections: '10', reconnect: 'first=30ms,tries=3' };
    const cut = await stormed('imap', `127.0.0.1:${port}`, back);
    assert.deepEqual([cut.result.visits.reset, cut.result.visits.done], [10, 10]);
    const silent = await serve(t, (socket) => socket.end());
    const never = await stormed('imap', `127.0.0.1:${silent.port}`, back);
    assert.deepEqual([never.result.visits.cut, never.result.visits.gaveUp], [30, 10]);
    assert.deepEqual([never.result.latency.served.count, never.result.latency.served.missing], [0, 10]);
  });

  test('a wrong answer is no reason to return', async (t) => {
    const { port } = await serve(t, (socket) => socket.end('* BYE no\r\n'));
    const { result } = await stormed('imap', `127.0.0.1:${port}`, { connections: '5', reconnect: true });
    assert.deepEqual([result.visits.wrong, result.visits.cameBack], [5, 0]);
  });
});

describe('ports that run out', () => {
  /** Connections that fail as the kernel lets them when `full` source addresses have no port left. */
  function kernel(full: number) {
    const asked: (string | undefined)[] = [];
    const open: Open = (options: NetConnectOpts) => {
      const from = 'localAddress' in options ? options.localAddress : undefined;
      asked.push(from);
      const socket = Object.assign(new EventEmitter(), { destroy: () => {} });
      const place = from === undefined ? 1 : Number(from.split('.')[3]);
      const code = from === undefined ? 'EADDRNOTAVAIL' : 'EADDRINUSE';
      setImmediate(() => {
        if (place > full) socket.emit('connect');
        else socket.emit('error', Object.assign(new Error(code), { code }));
      });
      return socket as unknown as Socket;
    };
    return { open, asked };
  }
  const dialled = (dialer: ReturnType<typeof createDialer>) =>
    new Promise<string>((resolve) => {
      dialer.dial({ connected: () => resolve('connected'), failed: resolve });
    });
  const loopback = { kind: 'tcp' as const, host: '127.0.0.1', port: 143, loopback: true };

  test('the next of 127.0.0.2, 127.0.0.3 is taken, once for all', async () => {
    const { open, asked } = kernel(2);
    const dialer = createDialer(loopback, open);
    const outcomes = await Promise.all([dialled(dialer), dialled(dialer), dialled(dialer)]);
    assert.deepEqual(outcomes, ['connected', 'connected', 'connected']);
    assert.equal(dialer.sources(), 3);
    assert.equal(await dialled(dialer), 'connected');
    assert.equal(asked.at(-1), '127.0.0.3');
  });

  test('in the end there is none, and it is the fault of nobody else', async () => {
    const dialer = createDialer(loopback, kernel(1_000).open);
    assert.equal(await dialled(dialer), 'EADDRINUSE');
    assert.equal(dialer.sources(), SOURCES_MAX);
  });

  test('elsewhere, and on ::1, there are no other addresses', async () => {
    for (const [host, isLoopback] of [
      ['192.0.2.1', false],
      ['::1', true],
    ] as const) {
      const { open, asked } = kernel(1);
      const dialer = createDialer({ ...loopback, host, loopback: isLoopback }, open);
      assert.deepEqual([await dialled(dialer), asked.length], ['EADDRNOTAVAIL', 1]);
    }
  });

  test('who hangs up is told nothing any more', async () => {
    const told: string[] = [];
    const dialling = createDialer(loopback, kernel(0).open).dial({
      connected: () => told.push('connected'),
      failed: (code) => told.push(code),
    });
    dialling.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(told, []);
  });

  test('other source addresses really reach a server on loopback', async (t) => {
    const from: (string | undefined)[] = [];
    const { port } = await serve(t, (socket) => from.push(socket.remoteAddress));
    const { connect } = await import('node:net');
    let tries = 0;
    const dialer = createDialer({ ...loopback, port }, (options) => {
      tries += 1;
      // The first try finds no port: its address cannot be bound here at all.
      return connect(tries === 1 ? ({ ...options, localAddress: '192.0.2.1' } as NetConnectOpts) : options);
    });
    assert.equal(await dialled(dialer), 'connected');
    while (from.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(from, ['127.0.0.2']);
  });
});

describe('descriptors', () => {
  const plan = (shape: 'burst' | 'poisson', text: string, ms: number) =>
    planStorm(
      {
        shape: { name: shape, times: 1 },
        connections: 1_000,
        durationMs: 10_000,
        sessions: { text, sessions: [{ session: { kind: 'hold', ms }, weight: 1 }] },
      },
      'seed',
    );

  test('only what is certain counts: held sessions, and arrivals of one moment', () => {
    assert.equal(openAtOnce(plan('burst', 'hold', 1)), 1_000);
    assert.equal(openAtOnce(plan('poisson', 'hold', 20_000)), 1_000);
    const some = openAtOnce(plan('poisson', 'hold', 1_000));
    assert.ok(some > 90 && some < 160, `${some}`);
  });

  test('a limit that is too low is said with what to do', () => {
    const says = lacksDescriptors(plan('burst', 'hold', 1), 256) ?? '';
    assert.match(
      says,
      /^1000 connections will be open at once, which takes 1064 descriptors.*may have 256: .*ulimit -n 1064/,
    );
    assert.equal(lacksDescriptors(plan('burst', 'hold', 1), 1_064), undefined);
  });
});

describe('the end', () => {
  test('Ctrl-C: over at once, with what was measured so far', async (t) => {
    const { port, sockets } = await serve(t, imap);
    const controller = new AbortController();
    const abortInTheMiddle = async () => {
      while (sockets.size < 4) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort();
    };
    void abortInTheMiddle();
    const { exitCode, result } = await stormed(
      'imap',
      `127.0.0.1:${port}`,
      { shape: 'poisson', rate: '50/s', duration: '60s', session: 'hold=60s', slo: 'errors=0' },
      controller.signal,
    );
    assert.deepEqual([exitCode, result.interrupted], [130, true]);
    const { visits } = result;
    // Three thousand were planned, for a minute.
    assert.ok(visits.all > 3 && visits.all < 1_500, `${visits.all}`);
    assert.deepEqual([visits.failed, visits.aborted], [0, visits.all]);
    // Who was sent home in the middle proves nothing.
    assert.equal(result.latency.greeting.missing, 0);
    assert.match(result.notes.join(), /ended before it was over/);
    while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('objectives decide the exit code', async (t) => {
    const { port } = await serve(t, imap);
    const run = async (slo: string) =>
      (await spoken('imap', `127.0.0.1:${port}`, { connections: '10', slo })).exitCode;
    assert.equal(await run('p99=20s,errors=0'), 0);
    const silent = await serve(t, () => {});
    const late = { connections: '2', timeout: '50ms' };
    const failing = async (slo: string) =>
      (await spoken('imap', `127.0.0.1:${silent.port}`, { ...late, slo })).exitCode;
    assert.deepEqual(
      [await failing('errors=1'), await failing('errors=2'), await failing('p50=9s')],
      [1, 0, 1],
    );
  });

  test('the same seed makes the same storm', async (t) => {
    const { port } = await serve(t, imap);
    const run = async (seed: string) => {
      const load = { shape: 'poisson', rate: '500/s', duration: '100ms', seed };
      const { result } = await stormed('imap', `127.0.0.1:${port}`, load);
      return result.timeline.greetings
        .map(([at]) => Math.round(at * 1_000))
        .sort((one, other) => one - other);
    };
    const planned = await run('7');
    const again = await run('7');
    assert.equal(planned.length, 50);
    for (const [index, at] of again.entries()) assert.ok(Math.abs(at - (planned[index] ?? 0)) <= 1);
    assert.notDeepEqual(await run('8'), planned);
  });
});
