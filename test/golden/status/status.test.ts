// Golden: the status as text, for a full master and for an empty one. UPDATE_GOLDEN=1 writes them anew.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { statusText } from '../../../src/cli/status-text.ts';
import { sampleStatus } from '../../unit/plane/support/status.ts';

test('a master with services, a daemon and events', () => {
  compare('full.txt', statusText(sampleStatus()));
});

test('on a terminal of 80 columns nothing is wider but a word that is, and what is left out is named', () => {
  const text = statusText(sampleStatus(), 80);
  compare('narrow.txt', text);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
});

test('a master without anything', () => {
  const { master } = sampleStatus();
  const empty = { master: { ...master, phase: 'starting' as const }, services: [], events: [] };
  compare('empty.txt', statusText(empty));
});

test('no control character of a worker reaches the terminal', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.doesNotMatch(statusText(sampleStatus()), /[\u0000-\u0009\u000b-\u001f\u007f]/);
});

function compare(name: string, actual: string): void {
  const path = join(import.meta.dirname, name);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'), `${path} differs; UPDATE_GOLDEN=1 writes it anew`);
}
