// Names of errno numbers, as the port promises them.

import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { errnoName } from '../../../src/os/linux/errno.ts';

test('an errno is told by the name of errno(3)', () => {
  assert.equal(errnoName(constants.errno.ENOENT), 'ENOENT');
  assert.equal(errnoName(constants.errno.ECONNREFUSED), 'ECONNREFUSED');
});

test('of two names for a number, the usual one is told', () => {
  assert.equal(errnoName(constants.errno.EWOULDBLOCK), 'EAGAIN');
});

test('a number without a name is told as a number', () => {
  assert.equal(errnoName(9999), 'E9999');
});
