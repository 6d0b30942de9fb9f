// Small rooms: files and functions keep their limits, and the few large files may only shrink.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  FILE_LINES_MAX,
  FILE_LINES_P90_MAX,
  FUNCTION_LINES_MAX,
  FUNCTION_LINES_P90_MAX,
  fileSizes,
  functionSizes,
  p90,
  ratchet,
  tooLarge,
} from './support/sizes.ts';
import { assertTidy, source, sourcesBelow } from './support/tree.ts';

const SRC = sourcesBelow('src');
const PRODUCT = [...SRC, ...sourcesBelow('scripts', 'examples', 'bench')];
const EVERYTHING = [...PRODUCT, ...sourcesBelow('test')];
const ALLOWED: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL('./sizes.json', import.meta.url), 'utf8'),
);

describe('the sources', () => {
  test(`no file has more than ${FILE_LINES_MAX} lines`, () => {
    assertTidy(tooLarge(fileSizes(EVERYTHING), FILE_LINES_MAX, 'file'));
  });

  test(`no function has more than ${FUNCTION_LINES_MAX} lines`, () => {
    assertTidy(tooLarge(functionSizes(EVERYTHING), FUNCTION_LINES_MAX, 'function'));
  });

  // Not of tests: they are lists of stories, each short, and the limit above is theirs.
  test('the large files only shrink', () => {
    assertTidy(ratchet(fileSizes(PRODUCT), ALLOWED));
  });

  test('nine in ten files and functions of src are small', (t) => {
    const files = p90(fileSizes(SRC));
    const functions = p90(functionSizes(SRC));
    t.diagnostic(`p90: files ${files} lines, functions ${functions} lines`);
    assert.ok(files <= FILE_LINES_P90_MAX, `files: ${files}`);
    assert.ok(functions <= FUNCTION_LINES_P90_MAX, `functions: ${functions}`);
  });
});

describe('the rules fire', () => {
  const lines = (count: number) => Array.from({ length: count }, () => 'f();').join('\n');
  const file = (count: number) => fileSizes([source('src/a.ts', lines(count))]);

  test('on a file that is too long', () => {
    assert.equal(tooLarge(file(401), FILE_LINES_MAX, 'file').length, 1);
    assert.equal(tooLarge(file(400), FILE_LINES_MAX, 'file').length, 0);
  });

  for (const open of ['function f() {', 'const f = () => {', 'class A { m() {', 'test("x", () => {']) {
    test(`on a function that is too long: ${open}`, () => {
      const close = open.startsWith('class') ? '}}' : open.startsWith('test') ? '})' : '}';
      const sizes = functionSizes([source('src/a.ts', `${open}\n${lines(70)}\n${close}`)]);
      assert.equal(tooLarge(sizes, FUNCTION_LINES_MAX, 'function').length, 1);
    });
  }

  test('not on a chapter of tests', () => {
    assert.deepEqual(functionSizes([source('test/a.ts', `describe('x', () => {\n${lines(80)}\n});`)]), []);
  });

  test('on a large file that is new, has grown, has shrunk, or has gone', () => {
    assert.equal(ratchet(file(201), {}).length, 1);
    assert.equal(ratchet(file(211), { 'src/a.ts': 210 }).length, 1);
    assert.equal(ratchet(file(209), { 'src/a.ts': 210 }).length, 1);
    assert.equal(ratchet([], { 'src/a.ts': 210 }).length, 1);
    assert.equal(ratchet(file(210), { 'src/a.ts': 210 }).length, 0);
  });
});
