// The last facts in words: bounded, by service, as loud as asked for, harmless, and the same words as the log's.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact } from '../../../src/core/facts.ts';
import { quietKinds, rowOf } from '../../../src/plane/logs/event-table.ts';
import { createRecent, type Remark, rememberingLog } from '../../../src/plane/recent.ts';
import { fakeLog } from './support/fake-log.ts';

const SUBJECT = { owner: 'service', service: 'imap', family: 'ipv4' } as const;
const paused = (service: string, at = 1): Fact => ({ ...SUBJECT, kind: 'paused', service, at });
const output = (line: string): Fact => ({
  ...SUBJECT,
  kind: 'output',
  at: 2,
  pid: 7,
  serial: 1,
  stream: 'stderr',
  line,
});
const spawned: Fact = { ...SUBJECT, kind: 'spawned', at: 3, pid: 7, serial: 1, ready: 1, active: 1 };
const refused = { kind: 'reload-refused', diagnostics: 'a:1:2: error: no\n  bad line\n  ^' } as const;

function recentOf(facts: readonly Fact[], capacity = 8) {
  const recent = createRecent(capacity);
  for (const fact of facts) recent.learn(fact, fact.at);
  return recent;
}
const texts = (remarks: readonly Remark[]) => remarks.map(({ text }) => text);

describe('the last facts in words', () => {
  test('are the sentences of the log, with time, level and service', () => {
    const fact = paused('imap', 42);
    assert.deepEqual(recentOf([fact]).last(1), [
      { at: 42, level: 'info', service: 'imap', text: rowOf(fact).text(fact) },
    ]);
  });

  test('are the last ones, the oldest first', () => {
    const recent = recentOf([paused('a'), paused('b'), paused('c')]);
    assert.deepEqual(texts(recent.last(2)), ['b/ipv4 is paused', 'c/ipv4 is paused']);
    assert.deepEqual(recent.last(0), []);
  });

  test('are of one service when it is named', () => {
    const recent = recentOf([paused('imap'), paused('pop3'), paused('imap')]);
    assert.equal(recent.last(10, 'imap').length, 2);
    assert.equal(recent.last(10, 'nntp').length, 0);
  });

  test('are bounded, and a talkative worker pushes no warning out', () => {
    const warning: Fact = { ...SUBJECT, kind: 'output-dropped', at: 0, lines: 9 };
    const flood = Array.from({ length: 100 }, (_, line) => output(`line ${line}`));
    const recent = recentOf([warning, ...flood], 4);
    assert.equal(recent.last(1000).length, 5);
    assert.deepEqual(
      recent.last(10, 'imap', 'warn').map(({ level }) => level),
      ['warn'],
    );
    assert.match(recent.last(1)[0]?.text ?? '', /line 99$/);
  });

  test('leave out the coming and going of workers unless it is asked for, and connections always', () => {
    const busy: Fact = { ...SUBJECT, kind: 'worker-busy', at: 4, pid: 7, serial: 1 };
    const recent = recentOf([spawned, busy]);
    assert.equal(recent.last(10).length, 0);
    assert.deepEqual(texts(recent.last(10, 'imap', 'debug')), ['imap/ipv4[7] spawned: 1 ready, 1 active']);
  });

  test('are one harmless line each', () => {
    const recent = recentOf([output('\u001b[2J red'), output('x'.repeat(9_000))]);
    recent.learn(refused, 5);
    const [visible, long, diagnostics] = texts(recent.last(3));
    assert.match(visible ?? '', /\\x1b\[2J red$/);
    assert.equal(long?.length, 1_000);
    assert.match(diagnostics ?? '', /a:1:2: error: no \(more in the log\)$/);
  });

  test('are heard as they come, until nobody listens; a listener in trouble harms nobody', () => {
    const recent = createRecent(8);
    const heard: Remark[] = [];
    recent.subscribe(() => {
      throw new Error('broken');
    });
    const leave = recent.subscribe((remark) => void heard.push(remark));
    recent.learn(spawned, 3);
    leave();
    recent.learn(paused('imap'), 4);
    assert.deepEqual(
      heard.map(({ level }) => level),
      ['debug'],
    );
  });
});

describe('a log that is remembered', () => {
  test('logs what it logged before, and remembers it', () => {
    const inner = fakeLog();
    const recent = createRecent(8);
    const log = rememberingLog(inner, recent);
    log.fact(paused('imap'));
    log.tell({ kind: 'signal', signal: 'SIGHUP', meaning: 'reload' });
    log.tell({ kind: 'control-request', verb: 'status' });
    assert.equal(inner.facts.length + inner.events.length, 3);
    assert.deepEqual(texts(recent.last(9, undefined, 'debug')), ['imap/ipv4 is paused', 'SIGHUP: reload']);
    log.setLevel('warn');
    assert.equal(log.level, inner.level);
  });

  test('gets what is worth remembering from the supervisor even where the log leaves it out', () => {
    for (const level of ['warn', 'error', 'fatal'] as const)
      assert.ok(!quietKinds(level).includes('paused'), level);
    assert.ok(quietKinds('error').includes('worker-busy'));
  });
});
