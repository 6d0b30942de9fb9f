// Tests assert something, run all, and say why when they are skipped.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alone, skippedWithoutReason, withoutAssertion } from './support/test-rules.ts';
import { assertTidy, source, sourcesBelow } from './support/tree.ts';

const TESTS = sourcesBelow('test');

describe('the tests', () => {
  test('every file asserts something', () => {
    assertTidy(withoutAssertion(TESTS));
  });

  test('none is run alone', () => {
    assertTidy(alone(TESTS));
  });

  test('none is skipped without a reason', () => {
    assertTidy(skippedWithoutReason(TESTS));
  });
});

describe('the rules fire', () => {
  const one = (text: string) => [source('test/a.test.ts', text)];

  test('on a file that asserts nothing, not on one whose helper does', () => {
    assert.equal(withoutAssertion(one("test('x', () => {});")).length, 1);
    const helper = source('test/help.ts', "import assert from 'node:assert/strict';");
    assert.equal(withoutAssertion([...one("import { help } from './help.ts';"), helper]).length, 0);
  });

  test('on only', () => {
    assert.equal(alone(one("test.only('x', f);")).length, 1);
    assert.equal(alone(one("describe('x', { only: true }, f);")).length, 1);
    assert.equal(alone(one("test('the only one', () => { reply({ only: true }); });")).length, 0);
  });

  for (const bare of ["test.skip('x', f);", "test('x', { skip: true }, f);", "test('x', (t) => t.skip());"]) {
    test(`on ${bare}`, () => {
      assert.equal(skippedWithoutReason(one(bare)).length, 1);
    });
  }

  test('not on a skip with its reason', () => {
    const text = "test('x', { skip: isRoot ? false : 'needs root' }, (t) => t.skip('no gunicorn'));";
    assert.deepEqual(skippedWithoutReason(one(text)), []);
  });
});
