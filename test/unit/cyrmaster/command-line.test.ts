// The command line of Cyrus's master, as getopt reads it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CommandLine, parseCommandLine } from '../../../src/cyrmaster/command-line.ts';

function parsed(words: string, environment: Record<string, string> = {}): CommandLine {
  const outcome = parseCommandLine(words.split(' ').filter(Boolean), environment);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

function refused(words: string): string {
  const outcome = parseCommandLine(words.split(' '), {});
  assert.ok(!outcome.ok);
  return outcome.error;
}

describe('the command line', () => {
  test('of an init script', () => {
    const line = parsed(
      '-l 64 -M /etc/cyrus.conf -C /etc/imapd.conf -p /run/m.pid -r /run/m.ready -L /log -d',
    );
    assert.deepEqual(line, {
      imapdConf: '/etc/imapd.conf',
      cyrusConf: '/etc/cyrus.conf',
      backlog: 64,
      pidfile: '/run/m.pid',
      readyFile: '/run/m.ready',
      logfile: '/log',
      daemon: true,
      verbosity: 0,
      version: false,
      complaints: [],
    });
  });

  test('without a word: everything is a default', () => {
    const line = parsed('');
    assert.deepEqual(
      [line.imapdConf, line.cyrusConf, line.backlog, line.pidfile, line.daemon],
      [undefined, undefined, undefined, undefined, false],
    );
  });

  test('letters together, and values that touch them', () => {
    const line = parsed('-dvv -l32 -vM/tmp/c');
    assert.deepEqual([line.daemon, line.verbosity, line.backlog, line.cyrusConf], [true, 3, 32, '/tmp/c']);
  });

  test('the last of an option counts', () => {
    assert.equal(parsed('-l 1 -l 2').backlog, 2);
  });

  test('-l is what listen(2) takes: 0 as it is, less than 0 for as much as the kernel allows', () => {
    assert.equal(parsed('-l 0').backlog, 0);
    assert.equal(parsed('-l -1').backlog, 2_147_483_647);
    assert.equal(parsed('-l 2147483648').backlog, 2_147_483_647);
  });

  test('a value may begin with a dash', () => {
    assert.equal(parsed('-p -d').pidfile, '-d');
  });

  test('an unknown option, or one without its value, is told and left out', () => {
    const line = parsed('-x -d -P');
    assert.equal(line.daemon, true);
    assert.deepEqual(line.complaints, ["invalid option -- 'x'", "invalid option -- 'P'"]);
    assert.deepEqual(parsed('-d -C').complaints, ["option requires an argument -- 'C'"]);
  });

  test('-D and -j are taken', () => {
    assert.deepEqual(parsed('-D -j 5').complaints, []);
  });

  test('CYRUS_VERBOSE counts as one more than its number', () => {
    assert.equal(parsed('', { CYRUS_VERBOSE: '2' }).verbosity, 3);
    assert.equal(parsed('-v', { CYRUS_VERBOSE: '' }).verbosity, 2);
  });

  test('what contradicts itself or makes no sense is refused', () => {
    assert.equal(refused('-d -D'), 'Unable to be both debug and daemon mode');
    assert.equal(refused('-j 0'), 'The janitor period must be at least 1 second');
    assert.match(refused('-l many'), /must be a number/);
    assert.match(refused('-l 1e3'), /must be a number/);
  });
});
