// Protocol scripts and session shapes against small servers in this process: what is right, what is wrong and said so,
// and how each session behaves on the wire.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { RawOptions } from '../../../bench/storm/options/raw.ts';
import { answering, imap, type Stormed, serve, stormed } from './support.ts';

/** A storm of a few on a server that does as told. */
async function few(
  t: TestContext,
  protocol: string,
  greet: (socket: Socket) => void,
  raw: RawOptions = {},
): Promise<Stormed['result']> {
  const { port } = await serve(t, greet);
  return (await stormed(protocol, `127.0.0.1:${port}`, { connections: '5', timeout: '60s', ...raw })).result;
}

function reasonOf({ reasons }: Stormed['result']): string {
  return reasons.map(({ outcome, reason, count }) => `${count} ${outcome}: ${reason}`).join('; ');
}

/** Collects what clients send; answers nothing after the greeting. */
function listening(greeting: string): { greet(socket: Socket): void; readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    greet: (socket) => {
      const place = heard.push('') - 1;
      socket.setEncoding('latin1').on('data', (text: string) => {
        heard[place] += text;
      });
      socket.write(greeting);
    },
  };
}

describe('imap', () => {
  test('greeting, LOGIN, SELECT, LOGOUT', async (t) => {
    const lines: string[] = [];
    const greet = answering('* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n', (line, socket) => {
      lines.push(line);
      const [tag, verb] = line.split(' ');
      if (verb === 'LOGOUT') socket.end(`* BYE\r\n${tag} OK\r\n`);
      return verb === 'LOGOUT' ? undefined : `* 7 EXISTS\r\n${tag} ok fine\r\n`;
    });
    const options = { login: 'de"mo:pass:word', select: 'INBOX', connections: '1' };
    const { visits } = await few(t, 'imap', greet, options);
    assert.deepEqual(lines, ['LOGIN LOGIN "de\\"mo" "pass:word"', 'SELECT SELECT "INBOX"', 'LOGOUT LOGOUT']);
    assert.deepEqual([visits.all, visits.greeted, visits.done, visits.failed], [1, 1, 1, 0]);
  });

  test('a BYE for a greeting is a wrong answer', async (t) => {
    const result = await few(t, 'imap', (socket) => socket.end('* BYE too many connections\r\n'));
    assert.equal(reasonOf(result), '5 wrong: greeting: * BYE too many connections');
    assert.equal(result.latency.greeting.p50, null);
  });

  test('a refused login is a wrong answer, and the greeting counts', async (t) => {
    const greet = answering('* OK\r\n', (line) => `${line.split(' ')[0]} NO [AUTHENTICATIONFAILED] no\r\n`);
    const result = await few(t, 'imap', greet, { login: 'demo:wrong' });
    assert.equal(reasonOf(result), '5 wrong: LOGIN: NO [AUTHENTICATIONFAILED] no');
    assert.equal(result.visits.greeted, 5);
  });

  test('answers in pieces, and several in one', async (t) => {
    const greet = (socket: Socket) => {
      socket.write('* O');
      setTimeout(() => socket.write('K ready\r\n* late news\r\nLOGOUT OK al'), 10);
      setTimeout(() => socket.write('ready\r\n'), 20);
    };
    const { visits } = await few(t, 'imap', greet);
    assert.equal(visits.done, 5);
  });
});

describe('smtp and lmtp', () => {
  for (const [protocol, hello] of [
    ['smtp', 'EHLO'],
    ['lmtp', 'LHLO'],
  ] as const) {
    test(`${protocol}: greeting, ${hello}, QUIT`, async (t) => {
      const verbs: string[] = [];
      const greet = answering('220-mail\r\n220 ready\r\n', (line, socket) => {
        verbs.push(line.split(' ')[0] ?? '');
        if (line === 'QUIT') socket.end('221 bye\r\n');
        return line === 'QUIT' ? undefined : '250-mail\r\n250-SIZE 1\r\n250 HELP\r\n';
      });
      const { visits } = await few(t, protocol, greet, { connections: '1' });
      assert.deepEqual([verbs, visits.done], [[hello, 'QUIT'], 1]);
    });
  }

  test('a 421 and what is no SMTP at all are wrong answers', async (t) => {
    const busy = await few(t, 'smtp', (socket) => socket.end('421 too busy\r\n'));
    assert.equal(reasonOf(busy), '5 wrong: greeting: 421 too busy');
    const other = await few(t, 'smtp', (socket) => socket.write('SSH-2.0-x\r\n'));
    assert.equal(reasonOf(other), '5 wrong: greeting: SSH-2.0-x');
  });
});

describe('http', () => {
  /** Node's own server, for its ways to end an answer. */
  async function web(t: TestContext, raw: RawOptions, path: string): Promise<Stormed['result']> {
    const server = createServer((request, response) => {
      if (request.url === '/chunked') response.write('in ');
      else if (request.url === '/missing') response.writeHead(404);
      else if (request.url === '/empty') response.writeHead(204);
      response.end(request.url === '/empty' ? undefined : 'an answer');
    });
    t.after(() => server.close().closeAllConnections());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return (await stormed('http', `127.0.0.1:${port}`, { connections: '5', timeout: '60s', path, ...raw }))
      .result;
  }

  for (const [path, raw] of [
    ['/', {}],
    ['/chunked', {}],
    ['/missing', { status: '404' }],
    ['/empty', { status: '204' }],
  ] as const) {
    test(`GET ${path}`, async (t) => {
      const { visits } = await web(t, raw, path);
      assert.deepEqual([visits.done, visits.greeted], [5, 5]);
    });
  }

  test('another status is a wrong answer', async (t) => {
    assert.equal(reasonOf(await web(t, {}, '/missing')), '5 wrong: GET: HTTP/1.1 404 Not Found');
  });

  test('an answer that ends with its connection, and one that is no HTTP', async (t) => {
    const old = await few(t, 'http', (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nbody'));
    assert.equal(old.visits.done, 5);
    const other = await few(t, 'http', (socket) => socket.write('220 mail\r\n'));
    assert.equal(reasonOf(other), '5 wrong: GET: 220 mail');
  });
});

describe('echo and raw', () => {
  test('echo: every client its own line', async (t) => {
    const heard: string[] = [];
    const echo = answering('echo: say something\r\n', (line) => {
      heard.push(line);
      return `${line}\r\n`;
    });
    assert.equal((await few(t, 'echo', echo)).visits.done, 5);
    assert.equal(new Set(heard).size, 5);
  });

  test('echo: the line of another client is a wrong answer', async (t) => {
    const crossed = answering('', () => 'storm 77 says hello\r\n');
    assert.match(reasonOf(await few(t, 'echo', crossed)), /^5 wrong: echo: storm 77 says hello/);
  });

  test('raw: what is sent, and what must come', async (t) => {
    const heard = listening('hello, who is there\r\n');
    const spoken = await few(t, 'raw', heard.greet, { expect: 'hello.*\\n' });
    assert.equal(spoken.visits.done, 5);
    const pong = (socket: Socket) => socket.on('data', (data: Buffer) => socket.write(data.toString('hex')));
    const asked = await few(t, 'raw', pong, { send: 'ping\\x00\\xff\\r\\n', expect: '^70696e6700ff0d0a$' });
    assert.equal(asked.visits.done, 5);
    const wrong = await few(t, 'raw', (socket) => socket.end('no\r\n'), { expect: 'yes' });
    assert.equal(reasonOf(wrong), '5 wrong: answer: no');
  });

  test('a unix socket', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-storm-'));
    const path = join(directory, 'echo.sock');
    const server = createNetServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(path);
    t.after(() => {
      server.close();
      rmSync(directory, { recursive: true });
    });
    await new Promise((resolve) => server.once('listening', resolve));
    assert.equal((await stormed('echo', path, { connections: '50' })).result.visits.done, 50);
    const absent = await stormed('echo', `${path}.not`, { connections: '3' });
    assert.equal(reasonOf(absent.result), '3 refused: ENOENT, connect');
  });
});

describe('sessions', () => {
  test('hold: stays that long, and leaves without a word', async (t) => {
    const heard = listening('* OK\r\n');
    const { visits, latency } = await few(t, 'imap', heard.greet, { session: 'hold=150ms' });
    assert.deepEqual([visits.done, visits.openMost, heard.heard.join('')], [5, 5, '']);
    assert.ok((latency.session.min ?? 0) >= 149, `${latency.session.min}`);
  });

  test('hold with --logout: takes its leave', async (t) => {
    const verbs: string[] = [];
    const greet = answering('* OK\r\n', (line) => {
      verbs.push(line);
      return 'LOGOUT OK\r\n';
    });
    await few(t, 'imap', greet, { session: 'hold=20ms', logout: true, connections: '1' });
    assert.deepEqual(verbs, ['LOGOUT LOGOUT']);
  });

  test('hold: who is closed meanwhile was cut', async (t) => {
    const result = await few(t, 'imap', (socket) => socket.end('* OK\r\n'), { session: 'hold=10s' });
    assert.equal(reasonOf(result), '5 cut: closed by the service, hold');
  });

  test('think: pauses before each command, as the seed says', async (t) => {
    const result = await few(t, 'imap', imap, { session: 'think=40ms', login: 'a:b', connections: '40' });
    const mean = result.latency.session.mean ?? 0;
    // Two commands after the greeting; the mean of 80 exponential pauses is no exact thing, and a busy machine adds to it.
    assert.ok(mean > 40 && mean < 1_500, `${mean}`);
    assert.equal(result.visits.done, 40);
  });

  test('hangup: gone in the middle of a command', async (t) => {
    const heard = listening('* OK\r\n');
    const { visits } = await few(t, 'imap', heard.greet, { session: 'hangup' });
    assert.deepEqual([visits.done, visits.failed, visits.greeted], [5, 0, 5]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(heard.heard, new Array(5).fill('LOGOUT L'));
  });

  test('slowloris: a byte at a time; a service that closes on it is within its rights', async (t) => {
    const pieces: string[] = [];
    const greet = (socket: Socket) => {
      socket.write('* OK\r\n');
      socket.setEncoding('latin1').on('data', (text: string) => {
        pieces.push(text);
        if (pieces.length === 6) socket.end();
      });
    };
    const { visits } = await few(t, 'imap', greet, { session: 'slowloris=15ms', connections: '1' });
    assert.deepEqual([visits.done, visits.failed], [1, 0]);
    assert.deepEqual(pieces.slice(0, 6), [...'LOGOUT']);
  });

  test('a slow or absent client is no late greeting', async (t) => {
    const echo = answering('', (line) => `${line}\r\n`);
    const { latency, visits } = await few(t, 'echo', echo, {
      session: 'hangup,slowloris=5ms',
      connections: '20',
    });
    assert.deepEqual([latency.greeting.count, latency.greeting.missing, visits.done], [0, 0, 20]);
  });
});

describe('failures', () => {
  test('nobody listens: refused', async (t) => {
    const { server, port } = await serve(t, () => {});
    await new Promise((resolve) => server.close(resolve));
    const { result } = await stormed('imap', `127.0.0.1:${port}`, { connections: '5' });
    assert.equal(reasonOf(result), '5 refused: ECONNREFUSED, connect');
    assert.deepEqual([result.latency.connect.missing, result.latency.connect.p50], [5, null]);
  });

  test('no answer: timed out, with what was waited for', async (t) => {
    const silent = await few(t, 'imap', () => {}, { timeout: '60ms' });
    assert.equal(reasonOf(silent), '5 timed-out: greeting');
    const stuck = await few(t, 'imap', listening('* OK\r\n').greet, { timeout: '60ms' });
    assert.equal(reasonOf(stuck), '5 timed-out: LOGOUT');
  });

  test('a connection that is reset', async (t) => {
    const result = await few(t, 'imap', (socket) => socket.resetAndDestroy());
    assert.deepEqual([result.visits.reset, result.visits.failed], [5, 5]);
    assert.match(reasonOf(result), /ECONNRESET/);
  });

  test('a service that talks without end does not fill our memory', async (t) => {
    const endless = (socket: Socket) => {
      const line = '* '.padEnd(1_000_000, 'x');
      const more = (error?: Error | null) => {
        if (!error) socket.write(line, more);
      };
      more();
    };
    const result = await few(t, 'imap', endless, { connections: '1' });
    assert.equal(reasonOf(result), '1 wrong: greeting: endless');
  });
});
