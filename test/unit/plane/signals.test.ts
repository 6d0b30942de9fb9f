// Signals: what each means, in the order they come.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSignalHandler } from '../../../src/plane/signals.ts';

function handler(terminalGone = false) {
  const done: string[] = [];
  let now = 0;
  const handle = createSignalHandler(
    {
      shutdown: (reason) => void done.push(`shutdown ${reason}`),
      reload: () => void done.push('reload'),
      force: () => void done.push('force'),
      activeCount: () => 3,
      tell: ({ kind }) => void (kind === 'signal' || done.push(kind)),
    },
    () => terminalGone,
    () => now,
  );
  const wait = (ms: number) => {
    now += ms;
  };
  return { handle, done, wait };
}

describe('signals', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    test(`${signal} drains`, () => {
      const { handle, done } = handler();
      handle(signal);
      assert.deepEqual(done, [`shutdown ${signal}`]);
    });
  }

  test('SIGHUP reloads, before and while draining', () => {
    const { handle, done } = handler();
    handle('SIGHUP');
    handle('SIGHUP');
    assert.deepEqual(done, ['reload', 'reload']);
  });

  test('SIGHUP of a terminal that was closed stops: nobody would be left to stop it', () => {
    const { handle, done } = handler(true);
    handle('SIGHUP');
    handle('SIGHUP');
    assert.deepEqual(done, ['shutdown SIGHUP']);
  });

  test('Ctrl-C: drain, then how to force, then force', () => {
    const { handle, done, wait } = handler();
    for (let count = 0; count < 3; count += 1) {
      handle('SIGINT');
      wait(1_000);
    }
    assert.deepEqual(done, ['shutdown SIGINT', 'still-draining', 'forced', 'force']);
  });

  test('one Ctrl-C that arrives twice, from the terminal and from npm, is one', () => {
    const { handle, done, wait } = handler();
    handle('SIGINT');
    wait(3);
    handle('SIGINT');
    assert.deepEqual(done, ['shutdown SIGINT']);
  });

  test('an impatient init system that repeats SIGTERM forces nothing', () => {
    const { handle, done } = handler();
    for (let count = 0; count < 5; count += 1) handle('SIGTERM');
    assert.ok(!done.includes('force'));
  });
});
