// Properties of the control socket: whatever is written to it, every request is answered with a sentence, nothing that
// is no request is done, and the next client is served.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import fc from 'fast-check';
import { didYouMean } from '../../../src/config/suggest.ts';
import type { Configuration } from '../../../src/plane/configuration.ts';
import { ask } from '../../../src/plane/control/client.ts';
import { createControlRoutes } from '../../../src/plane/control/routes.ts';
import { type ControlServer, startControlServer } from '../../../src/plane/control/server.ts';
import type { Stream } from '../../../src/plane/control/stream.ts';
import type { Answer, Request } from '../../../src/plane/control/wire.ts';
import { parseRequest } from '../../../src/plane/control/wire-schema.ts';
import { createRecent } from '../../../src/plane/recent.ts';
import type { ReloadOutcome } from '../../../src/plane/reload.ts';
import { holds } from '../support/fuzz.ts';
import { fakeThread } from './support/fake-thread.ts';
import { conversations, hostileJson, LONG, requests, slippedRequest } from './support/made-up-requests.ts';
import { cutAt, RawClient } from './support/raw-client.ts';
import { statusReader } from './support/status.ts';

describe('what is parsed', () => {
  holds(
    'anything is a request or has a problem that can be read',
    2_000,
    fc.property(
      fc.oneof(
        fc.anything({
          withNullPrototype: true,
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSparseArray: true,
        }),
        hostileJson,
        slippedRequest,
      ),
      (value) => {
        const parsed = parseRequest(value);
        assertUnpolluted();
        if (parsed.ok) {
          assert.deepEqual(parsed.request, value);
          assertShape(parsed.request);
        } else assertProblem(parsed.id, parsed.problem);
      },
    ),
  );

  holds(
    'a right request is taken as it is',
    300,
    fc.property(requests, (request) => {
      assert.deepEqual(parseRequest(JSON.parse(JSON.stringify(request))), { ok: true, request });
    }),
  );

  function assertProblem(asker: string, problem: string): void {
    assert.ok(asker.length <= 64);
    assert.match(problem, /^\P{Cc}{5,3000}$/u);
  }

  /** By hand, for who checks with the schema checks nothing. */
  function assertShape(request: Request): void {
    assert.ok(typeof request.id === 'string' && request.id.length >= 1 && request.id.length <= 64);
    const { args = {} } = request as { args?: Record<string, unknown> };
    const keys = {
      status: [],
      why: ['service'],
      events: ['service', 'level', 'count', 'follow'],
      pause: ['service'],
      resume: ['service'],
      reload: ['wait'],
      stop: ['wait'],
      scale: ['service', 'prefork', 'maxchild'],
    }[request.verb] as string[];
    for (const [key, value] of Object.entries(args)) {
      assert.ok(keys.includes(key), key);
      if (key === 'wait' || key === 'follow') assert.equal(typeof value, 'boolean');
      else if (key === 'level') assert.match(String(value), /^(debug|info|warn|error)$/);
      else if (key === 'service')
        assert.ok(typeof value === 'string' && value.length >= 1 && value.length <= 256);
      else
        assert.ok(
          value === undefined ||
            (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1_000_000),
        );
    }
  }
});

/** What a JSON text could have done to every object of this process. */
function assertUnpolluted(): void {
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(Object.getPrototypeOf({}), Object.prototype);
}

function assertSentence(answer: Answer): void {
  if (!answer.ok) assert.ok(answer.error.trim() !== '', 'a refusal says why');
  else assert.ok(answer.data !== undefined || (answer.text ?? '').trim() !== '', 'an answer says something');
}

const NO_SERVICES = { services: [], daemons: [], events: [], start: [] };
/** A client that takes whatever it is sent. */
const NOWHERE: Stream = { room: async () => true, send: () => {}, gone: new Promise(() => {}) };

describe('what is answered', () => {
  const outcomes = fc.constantFrom<ReloadOutcome>(
    { kind: 'applied', text: 'done' },
    { kind: 'refused', text: 'a:1:1: error: no' },
    { kind: 'failed', text: 'stopping' },
  );
  const supervisors = fc.constantFrom('works', 'refuses');

  holds(
    'every request is answered with a sentence, and told to the log',
    300,
    fc.asyncProperty(requests, outcomes, supervisors, async (request, outcome, supervisor) => {
      const thread = fakeThread();
      if (supervisor === 'refuses') thread.answer = () => ({ ok: false, error: 'the master is stopping' });
      const told: Request[] = [];
      const route = createControlRoutes({
        thread,
        status: statusReader(thread),
        reloader: {
          reload: async () => outcome,
          current: { master: NO_SERVICES, warnings: [] } as unknown as Configuration,
        },
        recent: createRecent(1),
        stopped: Promise.resolve(0),
        didYouMean,
        told: (asked) => void told.push(asked),
      });
      assertSentence(await route(request, NOWHERE));
      assert.deepEqual(told, [request]);
    }),
  );
});

describe('a live socket', () => {
  const HALF_MESSAGE_MS = 30;
  /** Of short and of long answers. */
  const LENGTHS = [3, 100_000];
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-fuzz-control-'));
  const path = join(directory, 'control.sock');
  let server: ControlServer;
  let done: Request[] = [];

  before(
    () =>
      new Promise<void>((listening, unavailable) => {
        const started = startControlServer({
          path,
          messageTimeoutMs: HALF_MESSAGE_MS,
          answer: async (request) => {
            done.push(request);
            if (request.verb === 'pause') throw request.id;
            return { ok: true, text: 'x'.repeat(LENGTHS[request.id.startsWith(LONG) ? 1 : 0] ?? 0) };
          },
          listening,
          badInput: (problem) => assert.ok(problem !== ''),
          unavailable: (reason) => unavailable(new Error(reason)),
        });
        assert.ok(started.ok);
        server = started.value;
      }),
  );
  after(() => {
    server.stop();
    rmSync(directory, { recursive: true });
  });

  holds(
    'every request is answered, nonsense ends the connection, and the next client is served',
    120,
    fc.asyncProperty(conversations, fc.array(fc.nat(), { maxLength: 4 }), async (sent, cuts) => {
      done = [];
      const end = sent.findIndex(({ is }) => is === 'the end');
      const asked = sent.slice(0, end < 0 ? undefined : end).filter(({ is }) => is === 'request').length;
      const client = new RawClient({ path });
      await client.write(cutAt(Buffer.concat(sent.map(({ bytes }) => bytes)), cuts));
      if (end >= 0) await client.until('the connection to be closed', () => client.closed);
      else await client.until(`${asked} answers`, () => answersIn(client.received).length >= asked);
      const answers = answersIn(client.received);
      client.end();
      for (const answer of answers) assertSentence(answer);
      // None of a long answer's pieces is lost.
      for (const answer of answers) if (answer.ok) assert.ok(LENGTHS.includes(answer.text?.length ?? 0));
      if (end < 0) assert.equal(answers.length, asked);
      assert.ok(answers.length <= asked && done.length <= asked);
      assertUnpolluted();
      assert.equal((await ask(path, { verb: 'reload', args: { wait: false } }, 5_000)).kind, 'answered');
    }),
  );

  /** Whole answers, put together from their pieces. */
  function answersIn(received: Buffer): Answer[] {
    const pending = new Map<string, string>();
    return received
      .toString()
      .split('\f')
      .slice(0, -1)
      .flatMap((text): Answer[] => {
        const { type, data } = JSON.parse(text) as {
          type: string;
          data: { id: string; piece: string; last: boolean };
        };
        assert.equal(type, 'reply');
        const whole = (pending.get(data.id) ?? '') + data.piece;
        pending.set(data.id, data.last ? '' : whole);
        return data.last ? [JSON.parse(whole) as Answer] : [];
      });
  }
});
