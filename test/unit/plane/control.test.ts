// The control socket: verbs are answered, and whatever else is written to it harms nothing.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { didYouMean } from '../../../src/config/suggest.ts';
import { ask } from '../../../src/plane/control/client.ts';
import { createControlRoutes } from '../../../src/plane/control/routes.ts';
import { type ControlServer, startControlServer } from '../../../src/plane/control/server.ts';
import type { Answer, Ask } from '../../../src/plane/control/wire.ts';
import { createRecent, type Recent } from '../../../src/plane/recent.ts';
import type { ReloadOutcome } from '../../../src/plane/reload.ts';
import { type FakeThread, fakeThread, sampleSnapshot } from './support/fake-thread.ts';
import { statusReader } from './support/status.ts';
import { until } from './support/until.ts';

const PATIENCE_MS = 5_000;

let directory: string;
let path: string;
let thread: FakeThread;
let server: ControlServer;
let problems: string[];
let recent: Recent;
let reloadOutcome: ReloadOutcome;
let stop: (exitCode: number) => void;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-control-'));
  path = join(directory, 'control.sock');
  thread = fakeThread();
  problems = [];
  recent = createRecent(256);
  reloadOutcome = { kind: 'applied', text: 'configuration reloaded' };
  const stopped = new Promise<number>((resolve) => {
    stop = resolve;
  });
  const answer = createControlRoutes({
    thread,
    status: statusReader(thread),
    reloader: {
      reload: async () => reloadOutcome,
      get current(): never {
        throw new Error('not asked for');
      },
    },
    recent,
    stopped,
    didYouMean,
    told: () => {},
  });
  await new Promise<void>((listening, unavailable) => {
    const started = startControlServer({
      path,
      messageTimeoutMs: 200,
      answer,
      listening,
      badInput: (problem) => void problems.push(problem),
      unavailable: (reason) => unavailable(new Error(reason)),
    });
    assert.ok(started.ok);
    server = started.value;
  });
});

afterEach(() => {
  server.stop();
  rmSync(directory, { recursive: true });
});

async function answerOf(request: Ask): Promise<Answer> {
  const outcome = await ask(path, request, PATIENCE_MS);
  assert.equal(outcome.kind, 'answered');
  return outcome.answer;
}

/** Writes `text` and resolves when the master has closed the connection. */
function closedAfter(text: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write(text));
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}

async function stillAnswers(): Promise<void> {
  const answer = await answerOf({ verb: 'status' });
  assert.ok(answer.ok);
}

describe('verbs', () => {
  test('status answers with what /api/status shows', async () => {
    const answer = await answerOf({ verb: 'status' });
    assert.ok(answer.ok);
    const { services } = answer.data as { services: { name: string }[] };
    assert.deepEqual(
      services.map(({ name }) => name),
      ['imap', 'echo', 'idled'],
    );
  });

  test('a status of thousands of workers comes in pieces and arrives whole', async () => {
    const [imap, ...others] = sampleSnapshot().services;
    const worker = imap?.workers[0];
    assert.ok(imap && worker);
    const workers = Array.from({ length: 5_000 }, (_, serial) => ({
      ...worker,
      serial,
      statusText: 'é\f"\\',
    }));
    const snapshot = sampleSnapshot({ services: [{ ...imap, workers }, ...others] });
    thread.answer = () => ({ ok: true, snapshot });
    const answer = await answerOf({ verb: 'status' });
    assert.ok(answer.ok);
    const { services } = answer.data as { services: { workers: unknown[] }[] };
    assert.deepEqual(services[0]?.workers, workers);
  });

  test('an answer far above what node-ipc keeps unsent arrives whole', async () => {
    const [imap, ...others] = sampleSnapshot().services;
    assert.ok(imap);
    const why = '"'.repeat(12_000_000);
    thread.answer = () => ({
      ok: true,
      snapshot: sampleSnapshot({ services: [{ ...imap, why }, ...others] }),
    });
    const answer = await answerOf({ verb: 'why', args: { service: 'imap' } });
    assert.ok(answer.ok && answer.text === why);
  });

  test('why answers with the sentence, and a wrong name with what was meant', async () => {
    const why = await answerOf({ verb: 'why', args: { service: 'imap' } });
    assert.match(why.ok ? (why.text ?? '') : '', /nothing more is needed/);
    const wrong = await answerOf({ verb: 'why', args: { service: 'imsp' } });
    assert.deepEqual(wrong, {
      ok: false,
      refusal: 'failed',
      error: 'no service "imsp", did you mean "imap"? (there are: imap, echo, idled)',
    });
  });

  test('pause and scale become commands', async () => {
    assert.ok((await answerOf({ verb: 'pause', args: { service: 'imap' } })).ok);
    assert.ok((await answerOf({ verb: 'scale', args: { service: 'imap', maxchild: 7 } })).ok);
    const sent = thread.commands.filter(({ kind }) => kind !== 'snapshot');
    assert.deepEqual(sent, [
      { kind: 'pause', service: 'imap' },
      { kind: 'scale', service: 'imap', maxchild: 7 },
    ]);
  });

  test('a reload that was refused says so with the diagnostics, to who waits', async () => {
    reloadOutcome = { kind: 'refused', text: 'services.conf:1:1: error: no' };
    const waited = await answerOf({ verb: 'reload', args: { wait: true } });
    assert.deepEqual(waited, {
      ok: false,
      refusal: 'bad-configuration',
      error: 'services.conf:1:1: error: no',
    });
    assert.ok((await answerOf({ verb: 'reload', args: { wait: false } })).ok);
  });

  test('stop --wait is answered when everything has ended', async () => {
    const waiting = answerOf({ verb: 'stop', args: { wait: true } });
    assert.ok((await answerOf({ verb: 'stop', args: { wait: false } })).ok);
    stop(0);
    const answer = await waiting;
    assert.match(answer.ok ? (answer.text ?? '') : '', /exit code 0/);
  });

  test('a supervisor that throws or refuses is an answer, not a crash', async () => {
    thread.answer = () => ({ ok: false, error: 'the master is stopping' });
    assert.deepEqual(await answerOf({ verb: 'status' }), {
      ok: false,
      refusal: 'failed',
      error: 'the master is stopping',
    });
    for (const [thrown, said] of [
      [new Error('a bug'), 'a bug'],
      [null, 'null'],
      ['', 'an error without a message'],
    ]) {
      thread.answer = () => Promise.reject(thrown);
      await until('the cached snapshot is too old', async () => {
        const answer = await answerOf({ verb: 'status' });
        return !answer.ok && answer.error === said;
      });
    }
  });
});

describe('bad input', () => {
  const garbage: readonly (readonly [string, string | Buffer])[] = [
    ['bytes', Buffer.from([0, 255, 254, 12, 10, 13, 12])],
    ['no JSON', 'hello\f'],
    ['a number as type', '{"type":123}\f'],
    ['no object', '[1,2]\f'],
    ['a name of Object.prototype', '{"type":"__proto__","data":{}}\f'],
    ['a reserved event', '{"type":"error","data":{}}\f'],
    ['oversize without an end', 'x'.repeat(300_000)],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n\f'],
  ];
  for (const [name, text] of garbage) {
    test(`${name}: the connection is closed, the master answers others`, async () => {
      await closedAfter(text);
      await stillAnswers();
      assert.equal(problems.length, 1);
    });
  }

  test('a request of the wrong shape is answered with what is wrong', async () => {
    const wrong = { verb: 'scale', args: { service: 'imap', prefork: -1, x: 1 } } as unknown as Ask;
    const answer = await answerOf(wrong);
    assert.equal(answer.ok, false);
    assert.equal(answer.ok ? '' : answer.refusal, 'bad-request');
    assert.match(answer.ok ? '' : answer.error, /prefork/);
  });

  test('a scale to nothing is no request', async () => {
    const answer = await answerOf({ verb: 'scale', args: { service: 'imap' } });
    assert.match(answer.ok ? '' : answer.error, /neither prefork nor maxchild is given/);
    assert.deepEqual(thread.commands, []);
  });

  test('of a long problem a part is told, on one line and without control characters', async () => {
    const keys = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`\u001b[31m\n${at}`, 1]));
    const answer = await answerOf({ verb: 'status', ...keys });
    assert.match(answer.ok ? '' : answer.error, /^✖ Unrecognized keys: [ -~]{500,1500}$/);
    assert.deepEqual(problems, [answer.ok ? '' : answer.error]);
  });

  test('an unknown event is ignored', async () => {
    const socket = await opened();
    socket.write('{"type":"dance","data":{}}\f');
    await stillAnswers();
    assert.equal(socket.destroyed, false);
    socket.destroy();
  });

  test('half a message that never ends holds nobody up, and is closed', async () => {
    const closed = closedAfter('{"type":"request","da');
    await stillAnswers();
    await closed;
    assert.match(problems[0] ?? '', /messageTimeout/);
  });

  test('a hundred connections: those above the limit are closed, and afterwards all is well', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => opened()));
    const alive = () => sockets.filter((socket) => !socket.destroyed).length;
    await until('the limit holds', () => alive() === 32);
    for (const socket of sockets) socket.destroy();
    await until('there is room again', async () => {
      const outcome = await ask(path, { verb: 'status' }, PATIENCE_MS);
      return outcome.kind === 'answered';
    });
  });

  function opened(): Promise<Socket> {
    return new Promise((resolve) => {
      const socket = connect(path, () => resolve(socket));
      socket.on('error', () => {});
      socket.resume();
    });
  }
});

describe('the socket', () => {
  test('is for its owner alone, and the umask is as it was', () => {
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const umask = process.umask();
    assert.notEqual(umask, 0o177);
  });

  test('goes away with the server; the client says that nobody is there', async () => {
    server.stop();
    await until('the path is gone', () => !existsSync(path));
    assert.equal((await ask(path, { verb: 'status' }, PATIENCE_MS)).kind, 'no-master');
  });

  test('replaces a stale socket, and refuses to remove anything else', async () => {
    const input = {
      answer: () => Promise.reject(new Error()),
      listening: () => {},
      badInput: () => {},
      unavailable: () => {},
    };
    const file = join(directory, 'file');
    writeFileSync(file, 'mine');
    const refused = startControlServer({ ...input, path: file });
    assert.ok(!refused.ok && /not a socket/.test(refused.error));
    const long = startControlServer({ ...input, path: `/tmp/${'x'.repeat(120)}` });
    assert.ok(!long.ok && /bytes/.test(long.error));
  });

  test('of a master that never answers: the client gives up in time', async () => {
    const silent = join(directory, 'silent.sock');
    const deaf = createServer(() => {}).listen(silent);
    const outcome = await ask(silent, { verb: 'status' }, 100);
    assert.deepEqual(outcome, { kind: 'no-answer', reason: 'no answer within 0.1 s' });
    deaf.close();
  });
});
