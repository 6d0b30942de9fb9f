// The 8-byte status message: every word, in the machine's own byte order, cut anywhere, and garbage.

import { strict as assert } from 'node:assert';
import { endianness as nodeEndianness } from 'node:os';
import { test } from 'node:test';
import { endianness } from '../../../src/protocol/native.ts';
import {
  decodeStatus,
  encodeStatus,
  STATUS_MESSAGE_BYTES,
  STATUS_NUMBERS,
  type StatusWord,
} from '../../../src/protocol/status-message.ts';

const NOTHING = new Uint8Array(0);
const WORDS = Object.keys(STATUS_NUMBERS) as StatusWord[];

test('every word survives the way there and back', () => {
  for (const word of WORDS) {
    const bytes = encodeStatus(word, 4_711);
    assert.equal(bytes.length, STATUS_MESSAGE_BYTES);
    const { messages, rest } = decodeStatus(NOTHING, bytes);
    assert.deepEqual(messages, [{ word, number: STATUS_NUMBERS[word], pid: 4_711 }]);
    assert.equal(rest.length, 0);
  }
});

test('the bytes are in the byte order of the machine, as a C worker writes them', () => {
  assert.equal(endianness, nodeEndianness() === 'LE' ? 'little' : 'big');
  const native = new Uint8Array(new Int32Array([2, 4_711]).buffer);
  assert.deepEqual(encodeStatus('unavailable', 4_711), native);
});

test('two messages cut at every offset are the same two messages', () => {
  const bytes = new Uint8Array([...encodeStatus('unavailable', 1), ...encodeStatus('connection', 1)]);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const first = decodeStatus(NOTHING, bytes.subarray(0, cut));
    const second = decodeStatus(first.rest, bytes.subarray(cut));
    const words = [...first.messages, ...second.messages].map(({ word }) => word);
    assert.deepEqual(words, ['unavailable', 'connection'], `cut at ${cut}`);
    assert.equal(second.rest.length, 0);
  }
});

test('the rest is a copy: the reader may use its buffer again', () => {
  const buffer = encodeStatus('available', 9);
  const { rest } = decodeStatus(NOTHING, buffer.subarray(0, 5));
  const copy = rest.slice();
  buffer.fill(0xff);
  assert.deepEqual(rest, copy);
});
