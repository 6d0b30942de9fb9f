// `preforkd storm incident` as a person types it: the list, what is refused, Ctrl-C, and the stalled master made again on
// this machine, shorter than usual. What must be true on any machine is asked: no figure here is a time.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { StalledMasterResult } from '../../bench/incidents/stalled-master/result.ts';
import { childrenOf, isAlive, PREFORKD, run, until } from './harness.ts';

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-incident-test-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const incident = (directory: string, ...words: readonly string[]) =>
  run(process.execPath, [PREFORKD, 'storm', 'incident', ...words], directory);

test('stalled-master: the old way stalls, ours does not, and real signals alone show neither', async (t) => {
  const directory = directoryOf(t);
  const words = ['stalled-master', '--duration', '12s', '--seed', '7', '--json', '--report', 'stalled.html'];
  const { code, stdout, stderr } = await incident(directory, ...words);
  assert.notEqual(stdout, '', stderr);
  const { verdict, interrupted, signalled, command } = JSON.parse(stdout) as StalledMasterResult;
  const { 'restarts-when-interrupted': old, completes: ours } = interrupted;
  assert.equal(code, 0, verdict.text);
  assert.match(
    verdict.text,
    /the old way stalled \(0 new clients per second for .* while \d+ waited\), ours did not/,
  );
  assert.match(command, /--seed 7 --duration 12000ms$/);
  // It was busy with beginning turns, and what it believed was wrong.
  assert.ok(old.figures.turnsBegun > 1_000 && old.figures.interruptions > 1_000);
  assert.ok(old.figures.messagesWaitingMost > 0);
  assert.ok(old.figures.ready.believed > old.figures.ready.true, JSON.stringify(old.figures.ready));
  // Of the ten timestamps only the first changes.
  const [first = 0, ...others] = old.figures.stampAgesMs;
  assert.ok(others.every((age) => age > first) && others.length === 9, `${old.figures.stampAgesMs}`);
  assert.ok(ours.figures.turnsCompleted > 0 && ours.figures.served > old.figures.served);
  // In the end everybody was greeted, also by the old loop, once it was left alone.
  for (const { run: seen } of [...Object.values(interrupted), ...Object.values(signalled)]) {
    assert.equal(seen.greetings.length, seen.arrivals.length, seen.loop);
  }
  assert.ok(Object.values(signalled).every(({ figures }) => figures.turnsCompleted > 0));
  const page = readFileSync(join(directory, 'stalled.html'), 'utf8');
  assert.ok(page.includes('The stalled master') && !/<script|https?:\/\/(?!www\.w3\.org)/.test(page));
});

describe('what is asked', () => {
  test('without a name they are listed, each with a sentence', async (t) => {
    const { code, stdout } = await incident(directoryOf(t));
    assert.equal(code, 0);
    assert.match(stdout, /^stalled-master +a loop that starts again .*Cyrus IMAP 2\.5\.7/m);
  });

  test('what is wrong is said, and nothing is done', async (t) => {
    const directory = directoryOf(t);
    const cases: readonly (readonly [words: readonly string[], code: number, says: RegExp])[] = [
      [['the-flood'], 64, /there is no incident "the-flood"\nINCIDENT.*\nstalled-master/],
      [['stalled-master', '--duration', '1s'], 64, /--duration: from 10 s to 1 min/],
      [['stalled-master', '--duration', 'long'], 64, /--duration: /],
      [['stalled-master', '--report', 'no/such/place.html'], 73, /no such file or directory/],
      [['stalled-master', '--kill', '5%'], 64, /unknown option '--kill'/],
    ];
    for (const [words, code, says] of cases) {
      const said = await incident(directory, ...words);
      assert.deepEqual([said.code, said.stdout], [code, ''], words.join(' '));
      assert.match(said.stderr, says);
    }
  });

  test('Ctrl-C ends it; nothing of it is left', async (t) => {
    const child = spawn(process.execPath, [PREFORKD, 'storm', 'incident', 'stalled-master'], {
      cwd: directoryOf(t),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const rig = () => childrenOf(child.pid as number)[0];
    const pid = await until('the master and its workers to run', () => {
      const master = rig();
      return master !== undefined && childrenOf(master).length > 0 ? master : undefined;
    });
    const workers = childrenOf(pid);
    child.kill('SIGINT');
    await until('the incident to end', () => child.exitCode !== null);
    assert.deepEqual([child.exitCode, stdout], [130, '']);
    await until('its processes to be gone', () => [pid, ...workers].every((each) => !isAlive(each)));
  });
});
