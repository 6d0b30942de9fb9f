// Reload: a bad configuration is refused and nothing changes; a good one takes effect; what needs a restart is named.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Settings } from '../../../src/config/settings.ts';
import type { MasterSpec } from '../../../src/core/spec.ts';
import type { Loaded } from '../../../src/plane/configuration.ts';
import { createPlaneCounters } from '../../../src/plane/metrics/plane-numbers.ts';
import { createReloader, needsRestart, type ReloadInput } from '../../../src/plane/reload.ts';
import { fakeLog } from './support/fake-log.ts';
import { fakeThread } from './support/fake-thread.ts';

const MASTER: MasterSpec = {
  file: 'services.conf',
  start: [],
  services: [],
  events: [],
  daemons: [],
  shutdownlimitMs: 10_000,
  startCap: { initial: 2, most: 8 },
};
const SETTINGS: Settings = {
  http: { host: '127.0.0.1', port: 9464 },
  runDirectory: '/run/preforkd',
  controlSocket: '/run/preforkd/control/control.sock',
  log: { level: 'info', format: 'auto', destination: 'stdout' },
  sampleIntervalMs: 10_000,
  watchdogLimitMs: 10_000,
};

const EVENT: MasterSpec['events'][number] = {
  name: 'report',
  line: 1,
  command: { text: 'true', path: '/bin/true', program: '/bin/true', argv: ['true'], environment: {} },
  trigger: { kind: 'period', periodMs: 60_000 },
  overlap: 'skip',
  limitMs: 0,
  jitterMs: 0,
  stoplimitMs: 1_000,
};

const good = (change: Partial<Settings> = {}): Loaded => ({
  ok: true,
  configuration: { master: MASTER, settings: { ...SETTINGS, ...change }, warnings: [] },
});

function reloaderOver(loads: Loaded[]) {
  const thread = fakeThread();
  const log = fakeLog();
  const counters = createPlaneCounters();
  const intervals: number[] = [];
  const input: ReloadInput = {
    file: 'services.conf',
    load: async () => loads.shift() ?? good(),
    initial: { master: MASTER, settings: SETTINGS, warnings: [] },
    thread,
    log,
    counters,
    sampleInterval: (intervalMs) => void intervals.push(intervalMs),
    renewHttp: () => {},
  };
  return { reloader: createReloader(input), thread, log, counters, intervals };
}

describe('reload', () => {
  test('a bad configuration is refused: the supervisor never hears of it', async () => {
    const { reloader, thread, log, counters } = reloaderOver([{ ok: false, diagnostics: 'no such key' }]);
    assert.deepEqual(await reloader.reload(), { kind: 'refused', text: 'no such key' });
    assert.deepEqual(thread.commands, []);
    assert.deepEqual(log.events, [{ kind: 'reload-refused', diagnostics: 'no such key' }]);
    assert.equal(counters.reloadsRefused, 1);
  });

  test('an emptied file does not end what runs', async () => {
    const { reloader, thread } = reloaderOver([
      {
        ok: true,
        configuration: { master: { ...MASTER, events: [EVENT] }, settings: SETTINGS, warnings: [] },
      },
      good(),
    ]);
    assert.equal((await reloader.reload()).kind, 'applied');
    const outcome = await reloader.reload();
    assert.equal(outcome.kind, 'refused');
    assert.match(outcome.text, /services\.conf:1:1: error: nothing to run/);
    assert.equal(thread.commands.filter(({ kind }) => kind === 'reload').length, 1);
  });

  test('asked for many times at once, the file is read once more after the reload that is under way', async () => {
    const { reloader, thread } = reloaderOver([]);
    const answers = Array.from({ length: 20 }, () => reloader.reload());
    await Promise.all(answers);
    assert.equal(thread.commands.filter(({ kind }) => kind === 'reload').length, 1);
    const first = reloader.reload();
    await Promise.resolve();
    const later = Array.from({ length: 20 }, () => reloader.reload());
    await Promise.all([first, ...later]);
    assert.equal(thread.commands.filter(({ kind }) => kind === 'reload').length, 3);
  });

  test('a good one goes to the supervisor; warnings are logged', async () => {
    const loaded = good();
    assert.ok(loaded.ok);
    const { configuration } = loaded;
    const { reloader, thread, log } = reloaderOver([
      { ok: true, configuration: { ...configuration, warnings: ['look at line 3'] } },
    ]);
    assert.equal((await reloader.reload()).kind, 'applied');
    assert.deepEqual(thread.commands, [{ kind: 'reload', spec: MASTER }]);
    assert.deepEqual(log.events, [{ kind: 'configuration-warning', diagnostic: 'look at line 3' }]);
  });

  test('log level and sampling follow at once', async () => {
    const log = { ...SETTINGS.log, level: 'debug' } as const;
    const parts = reloaderOver([good({ log, sampleIntervalMs: 500 })]);
    await parts.reloader.reload();
    assert.equal(parts.log.level, 'debug');
    assert.deepEqual(parts.intervals, [500]);
    const tune = parts.thread.commands.find(({ kind }) => kind === 'tune');
    assert.ok(
      tune?.kind === 'tune' && tune.quiet.includes('worker-busy') && !tune.quiet.includes('worker-ready'),
    );
  });

  test('what needs a restart is named, again and again until the restart', async () => {
    const http = { host: '127.0.0.1', port: 9999 };
    const { reloader, log } = reloaderOver([good({ http }), good({ http })]);
    for (const _ of [1, 2]) {
      const outcome = await reloader.reload();
      assert.match(outcome.text, /needs a restart to take effect: http: 127.0.0.1:9464 -> 127.0.0.1:9999/);
    }
    assert.deepEqual(log.kinds(), ['needs-restart', 'needs-restart']);
    assert.equal(reloader.current.settings.http?.port, 9464);
  });

  test('a supervisor that refuses leaves the old configuration in force', async () => {
    const { reloader, thread, counters } = reloaderOver([good({ sampleIntervalMs: 1 })]);
    thread.answer = () => ({ ok: false, error: 'the master is stopping' });
    assert.deepEqual(await reloader.reload(), { kind: 'failed', text: 'the master is stopping' });
    assert.equal(reloader.current.settings.sampleIntervalMs, 10_000);
    assert.equal(counters.reloadsRefused, 0);
  });

  test('reloads wait for each other, also after one that threw', async () => {
    const { reloader, thread } = reloaderOver([good(), good(), good()]);
    const answers: string[] = [];
    thread.answer = async (command) => {
      answers.push(`begin ${command.kind}`);
      await new Promise(setImmediate);
      answers.push('end');
      if (answers.length === 2) throw new Error('a bug');
      return { ok: true };
    };
    const first = reloader.reload();
    // The second is asked for when the first is under way.
    await Promise.resolve();
    const results = await Promise.allSettled([first, reloader.reload()]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    assert.deepEqual(answers, ['begin reload', 'end', 'begin reload', 'end']);
  });
});

test('settings that are bound at the start', () => {
  assert.deepEqual(needsRestart(SETTINGS, SETTINGS), []);
  const { http: _, ...withoutHttp } = SETTINGS;
  assert.deepEqual(needsRestart(SETTINGS, withoutHttp), ['http: 127.0.0.1:9464 -> off']);
  const moved = {
    ...SETTINGS,
    runDirectory: '/run/other',
    log: { ...SETTINGS.log, destination: '/var/log/x' },
  };
  assert.deepEqual(needsRestart(SETTINGS, moved), [
    'run directory: /run/preforkd -> /run/other',
    'log destination: stdout -> /var/log/x',
  ]);
});
