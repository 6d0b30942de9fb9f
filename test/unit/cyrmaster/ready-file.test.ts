// The ready file is there while the master serves, and only then.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createReadyFile } from '../../../src/cyrmaster/ready-file.ts';

const READY = { kind: 'master-ready', unbound: 0, at: 0 } as const;

let directory: string;
let path: string;
let said: string[];
const complain = (text: string) => void said.push(text);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-ready-'));
  path = join(directory, 'ready');
  said = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

test('it is made when the master is ready, and removed at the end', () => {
  const ready = createReadyFile(path, complain);
  ready.begin();
  ready.learn({ kind: 'stopped', exitCode: 0, at: 0 });
  assert.equal(existsSync(path), false);
  ready.learn(READY);
  assert.equal(existsSync(path), true);
  ready.end();
  assert.equal(existsSync(path), false);
});

test('an old one goes as soon as this master begins', () => {
  writeFileSync(path, '');
  const ready = createReadyFile(path, complain);
  ready.begin();
  assert.equal(existsSync(path), false);
  ready.end();
});

test('a symbolic link is not followed, and nobody dies of it', () => {
  const target = join(directory, 'target');
  writeFileSync(target, 'precious');
  const ready = createReadyFile(path, complain);
  symlinkSync(target, path);
  ready.learn(READY);
  assert.equal(readFileSync(target, 'utf8'), 'precious');
  assert.match(said.join(), /cannot be made: Too many levels of symbolic links/);
});

test('without a path nothing happens', () => {
  const ready = createReadyFile(undefined, complain);
  ready.begin();
  ready.learn(READY);
  ready.end();
  assert.deepEqual(said, []);
});
