// The command line and imapd.conf together: what comes first, and what is absolute.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readCommandLine, readOrder } from '../../../src/cyrmaster/order.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-order-'));
  writeFileSync(
    join(directory, 'imapd.conf'),
    'configdirectory: /srv/mail\nmaster_pid_file: {configdirectory}/pid\n',
  );
});
afterEach(() => rmSync(directory, { recursive: true }));

function order(words: readonly string[], environment: Record<string, string> = {}) {
  const line = readCommandLine(['-C', join(directory, 'imapd.conf'), ...words], environment);
  assert.ok(line.ok);
  const outcome = readOrder(line.value, environment);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

test('the pidfile is that of the command line, else that of imapd.conf', () => {
  assert.equal(order([]).pidfile, '/srv/mail/pid');
  assert.equal(order(['-p', 'own.pid']).pidfile, resolve('own.pid'));
});

test('PREFORKD_CONFIG is a file, and none when it is empty', () => {
  assert.equal(order([], { PREFORKD_CONFIG: 'own.conf' }).ownFile, resolve('own.conf'));
  assert.equal(order([], { PREFORKD_CONFIG: '' }).ownFile, undefined);
});

test('cyrus.conf is looked for below CYRUS_PREFIX first', () => {
  writeFileSync(join(directory, 'c.conf'), '');
  const prefix = { CYRUS_PREFIX: directory };
  assert.equal(order(['-M', '/c.conf'], prefix).cyrusConf, join(directory, 'c.conf'));
  assert.equal(order(['-M', '/other.conf'], prefix).cyrusConf, '/other.conf');
});
