// The seam by which the plane stands in for Cyrus's master: its log and its metrics, only where they are given.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCyrusLog } from '../../../src/plane/logs/cyrus-log.ts';
import { createEars, type PlaneInput } from '../../../src/plane/parts.ts';
import { createServiceManager, takeNotifyWish } from '../../../src/plane/sd-notify.ts';
import { createPulse } from '../../../src/thread/pulse.ts';
import { createScoreboard } from '../../../src/thread/scoreboard.ts';

test('the plane has the log and the metrics of Cyrus only when it stands in for its master', () => {
  const lines: string[] = [];
  const send = (line: string) => void lines.push(line);
  const log = createCyrusLog({ prefix: '', facility: '', pid: 1, send });
  const input = {
    destination: { write: () => {}, terminal: false, troubles: () => 0, close: () => {} },
    configuration: { settings: { log: { level: 'info' } } },
  } as unknown as PlaneInput;
  const shared = { board: createScoreboard(), pulse: createPulse() };
  const manager = createServiceManager(takeNotifyWish({}, 1), 1, () => 0);
  const ears = (change: Partial<PlaneInput>) =>
    createEars({ ...input, ...change }, shared, manager, { exited: () => {}, stallLimitMs: () => 0 });
  const cyrusPart = { log, learn: () => {}, metrics: true };
  const { log: worded, recent } = ears({ cyrus: cyrusPart });
  worded.fact({ kind: 'stopped', exitCode: 0, at: 0 });
  assert.match(lines.join(), /All children have exited, closing down/);
  // The page and `preforkd events` say it in our words.
  assert.deepEqual(
    recent.last(1).map(({ text }) => text),
    ['stopped, exit code 0'],
  );
  assert.ok(ears({ cyrus: cyrusPart }).cyrusMetrics);
  assert.equal(ears({ cyrus: { ...cyrusPart, metrics: false } }).cyrusMetrics, undefined);
  ears({}).log.fact({ kind: 'stopped', exitCode: 0, at: 0 });
  assert.equal(lines.length, 1);
  assert.equal(ears({}).cyrusMetrics, undefined);
});
