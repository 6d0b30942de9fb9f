// The simulator's command line, as a process: what it refuses, what it prints, how it ends. A rule that fails on demand
// is not needed for that: a seed that fails is told by report.ts, which is asked here with a made-up failure.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.ts';
import { minimise } from './minimise.ts';
import { Progress, type Summary } from './progress.ts';
import { failureText, replayCommand } from './report.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const LIMIT_MS = 60_000;

function sim(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...words], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  return { status, stdout, stderr };
}

describe('bad arguments', () => {
  const wrong = (...words: string[]) => {
    const asked = readArguments(words, () => 0);
    return asked.kind === 'wrong' ? asked.says : asked.kind;
  };

  test('are told with exit code 2', () => {
    const { status, stdout, stderr } = sim('--seed', 'x');
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /--seed is a whole number from 0 on: "x" is not/);
  });

  test('each has its sentence', () => {
    assert.match(wrong(), /say one of --seed N, --seeds A\.\.B and --minutes M/);
    assert.match(wrong('--seed', '1', '--minutes', '1'), /say one of/);
    assert.match(wrong('--seeds', '9'), /a range like 1\.\.60: "9" is not/);
    assert.match(wrong('--seeds', '9..3'), /is empty/);
    assert.match(wrong('--seed', '-1'), /whole number/);
    assert.match(wrong('--minutes', 'soon'), /a number above 0/);
    assert.match(wrong('--seed', '1', '--from', '4'), /--from needs --minutes/);
    assert.match(wrong('--seeds', '1..2', '--trace'), /--trace needs --seed/);
    assert.match(
      wrong('--seed', '1', '--without', 'stall,rain'),
      /no fault is named rain; there are: .*stall/,
    );
    assert.match(wrong('--seed', '1', '--loud'), /unknown option '--loud'/);
    assert.match(wrong('--seed', '1', '2'), /too many arguments/);
  });

  test('minutes without a first seed begin at a random one', () => {
    const asked = readArguments(['--minutes', '0.5'], () => 0.5);
    assert.equal(asked.kind === 'order' && asked.order.first, 2 ** 39);
  });
});

describe('a run', () => {
  test('of good seeds ends with exit code 0 and, if asked, with one line of JSON', () => {
    const { status, stdout } = sim('--seeds', '1..3', '--json', '--jobs', '2', '--turns', '100');
    assert.equal(status, 0, stdout);
    const summary: Summary = JSON.parse(stdout);
    assert.equal(summary.seeds, 3);
    assert.deepEqual(summary.failures, []);
    assert.equal([summary.first, summary.last].join(), '1,3');
  });

  test('of one seed shows its trace', () => {
    const { status, stdout } = sim('--seed', '1', '--turns', '20', '--trace');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /\d+\.\d{3} #\d+ +core: master-started: /);
  });

  test('for some time tells which seeds were run', () => {
    const { status, stdout } = sim('--minutes', '0.02', '--from', '100', '--turns', '20', '--jobs', '1');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /seeds 100\.\.1\d\d were run/);
  });
});

describe('a failure', () => {
  const failed = { seed: 17, rule: 'maxchild', says: 'imap has 4 of 3', turn: 210, atMs: 4_321 };

  test('is told with the one command that replays it', () => {
    const text = failureText(failed, { seed: 17, turnsMost: 300, without: ['stall', 'eintr'] });
    assert.match(text, /seed 17 FAILED in turn 210, at 4\.321 s of virtual time/);
    assert.match(text, /rule: +maxchild\n/);
    assert.match(text, /npm run sim -- --seed 17 --turns 300 --without stall,eintr$/);
  });

  test('is replayed by words that the command line understands', () => {
    const [, words = ''] = replayCommand({ seed: 17, turnsMost: 300, without: ['stall'] }).split(' -- ');
    const asked = readArguments(words.split(' '), () => 0);
    assert.equal(asked.kind, 'order');
    if (asked.kind !== 'order') return;
    const { first, last, turnsMost, without } = asked.order;
    assert.deepEqual(
      { first, last, turnsMost, without },
      { first: 17, last: 17, turnsMost: 300, without: ['stall'] },
    );
  });

  test('is counted', () => {
    const progress = new Progress(17, () => 0);
    const { seed, ...failure } = failed;
    progress.add({ seed, turns: 210, virtualMs: 4_321, faults: { stall: 2 }, failure });
    assert.deepEqual(progress.summary().failures, [failed]);
    assert.match(progress.line(), /^1 seed, .*1 of \d+ faults seen, 1 failed$/);
  });

  test('is not made smaller when it does not fail', () => {
    const setting = { options: { seed: 1 }, rule: 'maxchild', faults: ['stall'], turn: 10, goOn: () => true };
    const { without, turnsMost, tries } = minimise(setting);
    assert.deepEqual([without, turnsMost], [[], undefined]);
    assert.ok(tries > 1);
  });
});
