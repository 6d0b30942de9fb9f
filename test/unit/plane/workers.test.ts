// What the plane knows of living workers: by the facts, for the sampler and for a crash of the supervisor.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import type { Fact } from '../../../src/core/facts.ts';
import { endCrashed } from '../../../src/plane/crash.ts';
import { takeListenFds } from '../../../src/plane/listen-fds.ts';
import { createLiveWorkers, livingChildren } from '../../../src/plane/live-workers.ts';
import { createSampler, type SamplerInput } from '../../../src/plane/sampler.ts';
import { throttled } from '../../../src/plane/throttle.ts';
import { fakeLog } from './support/fake-log.ts';
import { until } from './support/until.ts';

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A real process that leads its own group, as workers do. */
function child(program = 'setInterval(() => {}, 1000)'): ChildProcess & { pid: number } {
  const process_ = spawn(process.execPath, ['-e', program], { stdio: 'pipe', detached: true });
  children.push(process_);
  assert.ok(process_.pid !== undefined);
  return process_ as ChildProcess & { pid: number };
}

const SUBJECT = { owner: 'service', service: 'imap', family: 'ipv4', at: 0 } as const;
const spawned = (pid: number, serial: number): Fact => ({
  kind: 'spawned',
  ...SUBJECT,
  pid,
  serial,
  ready: 1,
  active: 1,
});
const exited = (pid: number, serial: number): Fact => ({
  kind: 'exited',
  ...SUBJECT,
  pid,
  serial,
  state: 'ready',
  reason: 'clean',
  how: 'exit 0',
  ageMs: 1,
  uses: 0,
  lastStderr: '',
  expected: true,
});

describe('live workers', () => {
  test('are told apart by serial: a pid may be used again', () => {
    const gone: number[] = [];
    const workers = createLiveWorkers(({ serial }) => void gone.push(serial));
    for (const fact of [spawned(77, 1), spawned(77, 2), exited(77, 1), exited(77, 1)]) workers.learn(fact);
    assert.deepEqual(
      workers.all().map(({ serial }) => serial),
      [2],
    );
    assert.deepEqual(gone, [1]);
  });

  test('only children of ours are ever signalled', () => {
    const workers = createLiveWorkers();
    workers.learn(spawned(1, 1));
    workers.learn(spawned(process.pid, 2));
    assert.deepEqual(livingChildren(workers.all()), []);
  });

  test('after a crash of the supervisor none is left, not even one that ignores SIGTERM', async () => {
    const stubborn = child('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)');
    const obedient = child();
    assert.ok(stubborn.stdout);
    await once(stubborn.stdout, 'data');
    const workers = createLiveWorkers();
    workers.learn(spawned(stubborn.pid, 1));
    workers.learn(spawned(obedient.pid, 2));
    const log = fakeLog();
    const ends = Promise.all([once(stubborn, 'exit'), once(obedient, 'exit')]);
    await endCrashed('Contradiction: x', '{}', workers, log);
    const [[, stubbornSignal], [, obedientSignal]] = await ends;
    assert.deepEqual([stubbornSignal, obedientSignal], ['SIGKILL', 'SIGTERM']);
    assert.deepEqual(log.events, [
      { kind: 'master-crashed', error: 'Contradiction: x', dump: '{}', active: 2 },
    ]);
  });
});

describe('the sampler', () => {
  function sampler(change: Partial<SamplerInput>, pids: readonly number[]) {
    const workers = createLiveWorkers();
    for (const [serial, pid] of pids.entries()) workers.learn(spawned(pid, serial));
    const retired: string[] = [];
    const sampler = createSampler({
      intervalMs: 20,
      workers,
      maxrssOf: () => 0,
      retire: ({ serial }, why) => void retired.push(`${serial}: ${why}`),
      failed: (reason) => assert.fail(reason),
      ...change,
    });
    return { sampler, retired };
  }

  test('reads memory and CPU of living workers, and nothing of ended ones', async () => {
    const { sampler: running } = sampler({}, [child().pid, 2 ** 22 + 1]);
    await until('a sample is there', () => running.sampleOf(0) !== undefined);
    assert.ok((running.sampleOf(0)?.memoryBytes ?? 0) > 1_000_000);
    assert.equal(running.sampleOf(1), undefined);
    running.stop();
  });

  test('asks a worker over maxrss to finish, once, with a sentence', async () => {
    const { sampler: running, retired } = sampler({ maxrssOf: () => 1024 }, [child().pid]);
    await until('it is told', () => retired.length > 0);
    const before = running.sampleOf(0);
    await until('more samples are taken', () => running.sampleOf(0) !== before);
    assert.equal(retired.length, 1);
    assert.match(retired[0] ?? '', /^0: it uses [\d.]+ MB, more than maxrss 1.0 KB$/);
    running.stop();
  });
});

test('sockets of systemd are taken only when they are meant for us, and out of the environment', () => {
  const environment = { LISTEN_PID: '77', LISTEN_FDS: '2', LISTEN_FDNAMES: 'imap:echo', HOME: '/' };
  assert.deepEqual(takeListenFds({ ...environment }, 78), { count: 0, names: [] });
  const ours: NodeJS.ProcessEnv = { ...environment };
  assert.deepEqual(takeListenFds(ours, 77), { count: 2, names: ['imap', 'echo'] });
  assert.deepEqual(ours, { HOME: '/' });
});

test('a throttle lets one through per interval and counts the others', () => {
  let now = 0;
  const calls: string[] = [];
  const tell = throttled<string>(
    1_000,
    (value, leftOut) => void calls.push(`${value}+${leftOut}`),
    () => now,
  );
  for (const value of ['a', 'b', 'c']) tell(value);
  now = 1_000;
  tell('d');
  assert.deepEqual(calls, ['a+0', 'd+2']);
});
