// The table of events and the logger: every kind makes a sentence, levels decide what the supervisor need not send,
// and nothing that a worker writes can harm the log or its reader.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EVENT_SAMPLES } from '../../../scripts/lib/event-samples.ts';
import type { Fact } from '../../../src/core/facts.ts';
import { openLogDestination } from '../../../src/plane/logs/destination.ts';
import {
  EVENT_ROWS,
  type EventKind,
  type LoggedEvent,
  levelOf,
  quietKinds,
  rowOf,
} from '../../../src/plane/logs/event-table.ts';
import { createLog } from '../../../src/plane/logs/logger.ts';

const KINDS = Object.keys(EVENT_ROWS) as EventKind[];
const sample = (kind: EventKind) => ({ kind, at: 0, ...EVENT_SAMPLES[kind] }) as LoggedEvent;

const OUTPUT: Fact = {
  kind: 'output',
  at: Date.UTC(2026, 10, 21, 12),
  owner: 'service',
  service: 'imap',
  family: 'ipv4',
  pid: 4711,
  serial: 3,
  stream: 'stderr',
  line: 'hello \u001b[31m red',
};

describe('the table of events', () => {
  for (const kind of KINDS) {
    test(`${kind} makes a sentence`, () => {
      const text = rowOf(sample(kind)).text(sample(kind));
      assert.ok(text.length > 0);
      assert.doesNotMatch(text, /undefined|\[object|NaN/);
    });
  }

  test('a refused reload is asked for in one line: its diagnostics have an event of their own', () => {
    const error = 'a.conf:1:2: error: x\n    1 | y\n';
    const asked: LoggedEvent = { kind: 'control-request', verb: 'reload', error };
    assert.equal(rowOf(asked).text(asked), 'asked to reload: refused, a.conf:1:2: error: x');
  });

  test('an exit that nobody asked for is louder than one that was expected', () => {
    const exited = sample('exited') as Extract<LoggedEvent, { kind: 'exited' }>;
    assert.equal(levelOf({ ...exited, expected: true }), 'debug');
    assert.equal(levelOf({ ...exited, expected: false }), 'warn');
  });

  test('what holds spawning back is a warning when it is a limit, not when it is the policy at work', () => {
    const blocked = sample('blocked') as Extract<LoggedEvent, { kind: 'blocked' }>;
    assert.equal(levelOf({ ...blocked, constraint: 'maxchild' }), 'warn');
    assert.equal(levelOf({ ...blocked, constraint: 'released' }), 'info');
  });
});

describe('quiet kinds', () => {
  test('are none at trace', () => {
    assert.deepEqual(quietKinds('trace'), []);
  });

  test('hold the connections at debug, and still not what may become a warning', () => {
    const quiet = quietKinds('debug');
    assert.ok(quiet.includes('worker-busy'));
    assert.ok(!quiet.includes('interrupted'));
  });

  test('never hold what the plane itself needs', () => {
    const quiet = quietKinds('fatal');
    for (const kind of ['slot-taken', 'slot-freed', 'spawned', 'exited', 'master-ready'] as const) {
      assert.ok(!quiet.includes(kind), kind);
    }
  });
});

describe('the logger', () => {
  function logged(format: 'json' | 'pretty', facts: readonly Fact[]): Promise<string> {
    return inDirectory(async (directory) => {
      const file = join(directory, 'log');
      const destination = await openLogDestination(file, format);
      const log = createLog(destination, 'info');
      for (const fact of facts) log.fact(fact);
      destination.close();
      return readFileSync(file, 'utf8');
    });
  }

  test('writes one JSON line per fact, with its own time, its name and its fields', async () => {
    const line = JSON.parse(await logged('json', [OUTPUT]));
    assert.equal(line.time, '2026-11-21T12:00:00.000Z');
    assert.equal(line.level, 'info');
    assert.equal(line.event, 'output');
    assert.equal(line.pid, 4711);
    assert.equal(line.line, 'hello \u001b[31m red');
  });

  test('makes escape sequences of workers visible in the sentence', async () => {
    const pretty = await logged('pretty', [OUTPUT]);
    assert.match(pretty, /imap\/ipv4\[4711\] stderr: hello \\x1b\[31m red/);
    assert.ok(!pretty.includes('\u001b'));
  });

  test('leaves out what is below its level, and writes addresses and limits as text', async () => {
    const listening = sample('listening') as Fact;
    const text = await logged('json', [sample('spawned') as Fact, sample('slot-taken') as Fact, listening]);
    const lines = text.trim().split('\n');
    assert.equal(lines.length, 1);
    assert.equal(JSON.parse(lines[0] ?? '').address, '127.0.0.1:1143');
  });

  test('never throws on a full disk, and counts what was lost', async () => {
    const destination = await openLogDestination('/dev/full', 'json');
    const log = createLog(destination, 'info');
    for (let count = 0; count < 3; count += 1) log.fact(OUTPUT);
    await new Promise(setImmediate);
    assert.ok(destination.troubles() > 0);
  });
});

async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-log-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
