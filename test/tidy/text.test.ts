// Cards, reminders and silencers, on every source of ours; the rules cannot be switched off by a comment.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reminders, silencers, withoutCard } from './support/text-rules.ts';
import { assertTidy, source, sourcesBelow } from './support/tree.ts';

const EVERYTHING = sourcesBelow('src', 'test', 'scripts', 'examples', 'bench');

describe('the sources', () => {
  test('every file opens with its card', () => {
    assertTidy(withoutCard(EVERYTHING));
  });

  test('no reminder is left behind', () => {
    assertTidy(reminders(EVERYTHING));
  });

  test('no checker is silenced', () => {
    assertTidy(silencers(EVERYTHING));
  });
});

describe('the rules fire', () => {
  const one = (text: string) => [source('src/a.ts', text)];

  test('on a file without a card, or with one too long', () => {
    assert.equal(withoutCard(one("import x from './x.ts';")).length, 1);
    assert.equal(withoutCard(one(`${'// words\n'.repeat(13)}f();`)).length, 1);
    assert.equal(withoutCard(one(`#!/usr/bin/env node\n${'// words\n'.repeat(12)}f();`)).length, 0);
  });

  test('on reminders, wherever they stand', () => {
    assert.equal(reminders(one('f(); // TO' + 'DO: later')).length, 1);
    assert.equal(reminders(one("const text = 'FIX" + "ME';")).length, 1);
    assert.equal(reminders(one('mktemp /tmp/a.XXXXXX')).length, 0);
  });

  test('on comments that silence a checker', () => {
    assert.equal(silencers(one('// @ts-' + 'ignore')).length, 1);
    assert.equal(silencers(one('// @ts-' + 'expect-error')).length, 1);
    assert.equal(silencers(one('// @ts-' + 'expect-error: the point of this test')).length, 0);
    assert.equal(silencers(one('// biome-' + 'ignore-all lint: no')).length, 1);
  });
});
