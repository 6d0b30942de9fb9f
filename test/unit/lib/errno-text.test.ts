// The words for an errno are those of the C library on this machine.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { test } from 'node:test';
import { errnoText } from '../../../src/lib/errno-text.ts';

test('an errno has the words of the C library', () => {
  const names = [
    'EACCES',
    'EADDRINUSE',
    'EADDRNOTAVAIL',
    'EAGAIN',
    'ELOOP',
    'EMFILE',
    'ENOENT',
    'ENOMEM',
  ] as const;
  const numbers = names.map((name) => constants.errno[name]);
  // Perl speaks with strerror(3), and every Debian has it.
  const script = 'print join("\\n", map { $! = $_; "$!" } @ARGV)';
  const texts = execFileSync('/usr/bin/perl', ['-e', script, ...numbers.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  assert.deepEqual(names.map(errnoText), texts.split('\n'));
});

test('one that no master meets keeps its name', () => {
  assert.equal(errnoText('EDOTDOT'), 'EDOTDOT');
});
