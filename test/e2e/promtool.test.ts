// The rules in the eyes of promtool: they are right, and its stories hold: each alert fires with its words in one, and
// keeps silent in the other.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './harness.ts';

const RULES = join(ROOT, 'grafana/prometheus');
const skip =
  spawnSync('promtool', ['--version']).error === undefined
    ? false
    : 'there is no promtool here (Debian has it in the package prometheus)';

function promtool(cwd: string, ...words: readonly string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', words, { cwd, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test('promtool check rules', { skip }, () => {
  const { status, said } = promtool(RULES, 'check', 'rules', 'alerts.yml', 'recording.yml');
  assert.equal(status, 0, said);
});

test('promtool test rules: every alert fires, with its words, and keeps silent', { skip }, () => {
  const { status, said } = promtool(RULES, 'test', 'rules', 'tests.yml');
  assert.equal(status, 0, said);
});

test('the stories can fail: an alert that never fires breaks them', { skip }, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-rules-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of ['alerts.yml', 'recording.yml', 'tests.yml'])
    writeFileSync(
      join(directory, name),
      readFileSync(join(RULES, name), 'utf8').replace(
        'preforkd_breaker_state > 0',
        'preforkd_breaker_state > 9',
      ),
    );
  const { status, said } = promtool(directory, 'test', 'rules', 'tests.yml');
  assert.equal(status, 1);
  assert.match(said, /PreforkdBreakerOpen fires/);
});
