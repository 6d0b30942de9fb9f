// Events over the control socket: the past and what comes, by service and level; slow followers lose and are told, too
// many are refused, gone ones are forgotten; and the end is told.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { didYouMean } from '../../../src/config/suggest.ts';
import type { Fact } from '../../../src/core/facts.ts';
import type { Configuration } from '../../../src/plane/configuration.ts';
import { ask, type Listener } from '../../../src/plane/control/client.ts';
import { createFollowers, FOLLOWER_QUEUE_MAX, FOLLOWERS_MAX } from '../../../src/plane/control/followers.ts';
import { createControlRoutes } from '../../../src/plane/control/routes.ts';
import { type ControlServer, startControlServer } from '../../../src/plane/control/server.ts';
import type { Answer, EventsArgs, RemarksMessage } from '../../../src/plane/control/wire.ts';
import { createRecent, type Recent, type Remark } from '../../../src/plane/recent.ts';
import { fakeThread } from './support/fake-thread.ts';
import { statusReader } from './support/status.ts';
import { until } from './support/until.ts';

const PATIENCE_MS = 5_000;
const EVERYTHING: EventsArgs = { follow: true, count: 10, level: 'info' };

const said = (line: string, service = 'imap'): Fact => ({
  kind: 'output',
  owner: 'service',
  service,
  family: 'ipv4',
  pid: 7,
  serial: 1,
  stream: 'stdout',
  line,
  at: 0,
});

let directory: string;
let path: string;
let server: ControlServer;
let recent: Recent;
let stop: (exitCode: number) => void;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-events-'));
  path = join(directory, 'control.sock');
  recent = createRecent(512);
  const thread = fakeThread();
  const named = (...names: string[]) => names.map((name) => ({ name }));
  const master = { services: named('imap', 'pop3'), daemons: [], events: named('report'), start: [] };
  const answer = createControlRoutes({
    thread,
    status: statusReader(thread),
    reloader: {
      reload: async () => ({ kind: 'applied', text: '' }),
      current: { master } as unknown as Configuration,
    },
    recent,
    stopped: new Promise<number>((resolve) => {
      stop = resolve;
    }),
    didYouMean,
    told: () => {},
  });
  await new Promise<void>((listening) => {
    const started = startControlServer({
      path,
      answer,
      listening,
      badInput: assert.fail,
      unavailable: assert.fail,
    });
    assert.ok(started.ok);
    server = started.value;
  });
});

afterEach(() => {
  server.stop();
  rmSync(directory, { recursive: true });
});

const tell = (...facts: Fact[]) => {
  for (const fact of facts) recent.learn(fact, fact.at);
};
const lines = (remarks: readonly Remark[]) => remarks.map(({ text }) => text.replace(/^.*: /, ''));

async function answerTo(args: EventsArgs, listener?: Listener): Promise<Answer> {
  const outcome = await ask(path, { verb: 'events', args }, PATIENCE_MS, listener);
  assert.equal(outcome.kind, 'answered');
  return outcome.answer;
}

function following(args: EventsArgs = EVERYTHING) {
  const remarks: Remark[] = [];
  let messages = 0;
  const answer = answerTo(args, async (message) => {
    messages += 1;
    remarks.push(...message.remarks);
  });
  const begun = () => until('the follower is there', () => messages > 0);
  return { remarks, answer, begun };
}

describe('events', () => {
  test('of the past are answered at once, by service and number', async () => {
    tell(said('one'), said('two', 'pop3'), said('three'));
    const answer = await answerTo({ ...EVERYTHING, follow: false, count: 5, service: 'imap' });
    assert.deepEqual(lines(answer.ok ? (answer.data as Remark[]) : []), ['one', 'three']);
    const last = await answerTo({ ...EVERYTHING, follow: false, count: 1 });
    assert.deepEqual(lines(last.ok ? (last.data as Remark[]) : []), ['three']);
  });

  test('are followed from the past into what comes, until the master has stopped', async () => {
    tell(said('before'), said('elsewhere', 'pop3'));
    const { remarks, answer, begun } = following({ ...EVERYTHING, service: 'imap' });
    await begun();
    tell(said('after'), said('elsewhere', 'pop3'));
    await until('it is told', () => remarks.length === 2);
    tell(said('at the end'));
    stop(0);
    assert.deepEqual(await answer, { ok: true, text: 'the master has stopped' });
    assert.deepEqual(lines(remarks), ['before', 'after', 'at the end']);
  });

  test('leave out what is quieter than asked for', async () => {
    const { remarks, answer, begun } = following({ ...EVERYTHING, level: 'warn' });
    await begun();
    tell(said('chatter'), { ...said(''), kind: 'output-dropped', lines: 3 } as unknown as Fact);
    await until('the warning is told', () => remarks.length > 0);
    assert.deepEqual(
      remarks.map(({ level }) => level),
      ['warn'],
    );
    stop(0);
    await answer;
  });

  test('a master that ended badly is no good end', async () => {
    const { answer, begun } = following();
    await begun();
    stop(70);
    assert.deepEqual(await answer, {
      ok: false,
      refusal: 'failed',
      error: 'the master has ended with exit code 70',
    });
  });

  test('of a service that does not exist are refused with what was meant; EVENTS have some too', async () => {
    const wrong = await answerTo({ ...EVERYTHING, service: 'imsp' });
    assert.deepEqual(wrong, {
      ok: false,
      refusal: 'failed',
      error: 'no service "imsp", did you mean "imap"? (there are: imap, pop3, report)',
    });
    assert.ok((await answerTo({ ...EVERYTHING, follow: false, service: 'report' })).ok);
  });

  test('of a service that a reload has removed are still told', async () => {
    tell(said('was here', 'nntp'));
    const answer = await answerTo({ ...EVERYTHING, follow: false, service: 'nntp' });
    assert.deepEqual(lines(answer.ok ? (answer.data as Remark[]) : []), ['was here']);
  });
});

describe('followers', () => {
  test('above the limit are refused', async () => {
    const many = Array.from({ length: FOLLOWERS_MAX }, () => following());
    await Promise.all(many.map(({ begun }) => begun()));
    const refused = await answerTo(EVERYTHING);
    assert.match(refused.ok ? '' : refused.error, /16 follow the events already/);
    stop(0);
    await Promise.all(many.map(({ answer }) => answer));
  });

  test('that have gone are forgotten', async () => {
    const request = { type: 'request', data: { id: 'x', verb: 'events', args: EVERYTHING } };
    for (let times = 0; times < 3; times += 1) {
      const sockets = await Promise.all(
        Array.from({ length: FOLLOWERS_MAX }, () => rawFollower(`${JSON.stringify(request)}\f`)),
      );
      for (const socket of sockets) socket.destroy();
      await until('their places are free', async () => {
        const probe = connect(path, () => probe.write(`${JSON.stringify(request)}\f`));
        const first = await new Promise<string>((resolve) =>
          probe.once('data', (data) => resolve(`${data}`)),
        );
        probe.destroy();
        return first.includes('"remarks"');
      });
    }
  });

  function rawFollower(request: string) {
    return new Promise<ReturnType<typeof connect>>((resolve) => {
      const socket = connect(path, () => socket.write(request));
      socket.on('error', () => {});
      socket.once('data', () => resolve(socket));
    });
  }

  test('that are slow lose what does not fit, are told how many, and go on', async () => {
    const messages: RemarksMessage[] = [];
    let takes = () => {};
    const stream = {
      room: () => new Promise<boolean>((resolve) => (takes = () => resolve(true))),
      send: (_event: string, data: unknown) => void messages.push(data as RemarksMessage),
      gone: new Promise<void>(() => {}),
    };
    const ended = createFollowers(recent, new Promise((resolve) => (stop = resolve))).follow(
      'x',
      EVERYTHING,
      stream,
    );
    tell(...Array.from({ length: FOLLOWER_QUEUE_MAX + 100 }, (_, at) => said(`${at}`)));
    const total = () => messages.reduce((sum, { remarks, missed }) => sum + remarks.length + missed, 0);
    await until('all is told', () => {
      takes();
      return total() === FOLLOWER_QUEUE_MAX + 100;
    });
    assert.equal(messages.at(-1)?.missed, 100);
    assert.equal(messages.filter(({ missed }) => missed > 0).length, 1);
    tell(said('afterwards'));
    stop(0);
    await until('the end', () => {
      takes();
      return messages.some(({ remarks }) => lines(remarks).includes('afterwards'));
    });
    await ended;
  });
});
