// Numbers and names that C programs and systemd know: they must never change.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  CYRUS_SERVICE,
  LISTEN_FDS,
  NEVER_INHERITED,
  NOTIFY_SOCKET,
} from '../../../src/protocol/environment.ts';
import { LISTEN_FD, STATUS_FD, SYSTEMD_LISTEN_FD } from '../../../src/protocol/fds.ts';
import { STATUS_NUMBERS } from '../../../src/protocol/status-message.ts';

test('the fds of a Cyrus service and of sd_listen_fds(3)', () => {
  assert.deepEqual([STATUS_FD, LISTEN_FD, SYSTEMD_LISTEN_FD], [3, 4, 3]);
});

test('the message numbers of Cyrus', () => {
  assert.deepEqual(STATUS_NUMBERS, { available: 1, unavailable: 2, connection: 3, connectionMulti: 4 });
});

test('what was meant for us is not handed down', () => {
  for (const name of [CYRUS_SERVICE, LISTEN_FDS, NOTIFY_SOCKET]) assert.ok(NEVER_INHERITED.includes(name));
});
