// The datagrams of sd_notify(3): what is acted on, what is ignored, and that foreign text is made harmless.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeNotify } from '../../../src/protocol/notify-message.ts';

const decode = (text: string) => decodeNotify(new TextEncoder().encode(text));
const NOTHING = { ready: false, stopping: false, watchdog: false };

test('the words that are acted on', () => {
  assert.deepEqual(decode('READY=1'), { ...NOTHING, ready: true });
  assert.deepEqual(decode('STOPPING=1\n'), { ...NOTHING, stopping: true });
  assert.deepEqual(decode('WATCHDOG=1'), { ...NOTHING, watchdog: true });
  assert.deepEqual(decode('READY=1\nSTATUS=3 clients'), { ...NOTHING, ready: true, status: '3 clients' });
});

test('what is nearly a word is none', () => {
  for (const text of [
    '',
    '\n',
    'READY=0',
    'READY=11',
    ' READY=1',
    'ready=1',
    'XREADY=1',
    'READY',
    'MAINPID=7',
  ]) {
    assert.deepEqual(decode(text), NOTHING, JSON.stringify(text));
  }
});

test('the last STATUS= holds, is cut, and carries no control characters', () => {
  assert.equal(decode('STATUS=a\nSTATUS=b').status, 'b');
  assert.equal(decode(`STATUS=${'x'.repeat(9_999)}`).status?.length, 256);
  assert.equal(decode('STATUS=\u001b[31mred\u0007').status, '?[31mred?');
});

test('any bytes: never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
      const { status } = decodeNotify(bytes);
      assert.ok((status?.length ?? 0) <= 256);
    }),
  );
});
