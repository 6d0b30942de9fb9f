// The datagrams of sd_notify(3): what is acted on, what is ignored, and that foreign text is made harmless.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { decodeNotify, NOTIFY_DATAGRAM_BYTES_MAX } from '../../../src/protocol/notify-message.ts';

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

test('a C program may send the NUL that ends its string; a NUL inside makes it no text', () => {
  assert.deepEqual(decode('READY=1\0'), { ...NOTHING, ready: true });
  assert.deepEqual(decode('READY=1\nSTATUS=up\0'), { ...NOTHING, ready: true, status: 'up' });
  assert.deepEqual(decode('READY=1\0\0'), NOTHING);
  assert.deepEqual(decode('READY=1\nSTATUS=a\0b'), NOTHING);
});

test('a byte order mark makes it another name', () => {
  assert.deepEqual(decode('\uFEFFREADY=1'), NOTHING);
});

test('a status is not cut through a character, and C1 control characters are replaced too', () => {
  assert.equal(decode(`STATUS=${'x'.repeat(255)}\u{1F600}`).status, 'x'.repeat(255));
  assert.equal(decode('STATUS=\u009b31mred').status, '?31mred');
});

test('the last line of a datagram that fills the limit may be cut: it is not believed', () => {
  const filled = (end: string) => `${'x'.repeat(NOTIFY_DATAGRAM_BYTES_MAX - 1 - end.length)}\n${end}`;
  assert.deepEqual(decode(filled('READY=1')), NOTHING);
  assert.deepEqual(decode(filled('READY=1\n')), { ...NOTHING, ready: true });
});
