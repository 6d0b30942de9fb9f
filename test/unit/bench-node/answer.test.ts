// When an answer of the application is whole, and when it is not one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeEcho, judgeHttp } from '../../../bench/node/load/answer.ts';

const BODY = '{"pid":4711,"greeting":"hello"}';
const answer = (further = '') => `HTTP/1.1 200 OK\r\n${further}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;

test('a whole answer tells its worker', () => {
  assert.deepEqual(judgeHttp(answer()), { worker: '4711', last: false });
});

test('an answer that is the last of its connection says so', () => {
  assert.deepEqual(judgeHttp(answer('Connection: close\r\n')), { worker: '4711', last: true });
});

test('of every shorter part more is to come', () => {
  for (let length = 0; length < answer().length; length += 1) {
    assert.equal(judgeHttp(answer().slice(0, length)), 'more', `after ${length} bytes`);
  }
});

test('another status, another length, no length: wrong', () => {
  assert.equal(judgeHttp(answer().replace('200 OK', '500 Oh')), 'wrong');
  assert.equal(judgeHttp(`${answer()}more`), 'wrong');
  assert.equal(judgeHttp('HTTP/1.1 200 OK\r\n\r\n'), 'wrong');
});

test('an echo is what was sent, no more and nothing else', () => {
  assert.equal(judgeEcho('ab', 'abc\n'), 'more');
  assert.deepEqual(judgeEcho('abc\n', 'abc\n'), { worker: undefined, last: false });
  assert.equal(judgeEcho('abd', 'abc\n'), 'wrong');
});
