// Figures and foreign text as a person reads them; assertions; results.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { Contradiction, assert as mustHold, unreachable } from '../../../src/lib/assert.ts';
import { err, ok } from '../../../src/lib/result.ts';
import { countText, durationText, printable, sizeText } from '../../../src/lib/text.ts';

const DURATIONS: readonly [number, string][] = [
  [0, '0 ms'],
  [0.42, '0.4 ms'],
  [9.96, '10 ms'],
  [120.4, '120 ms'],
  [999.6, '1 s'],
  [1_500, '1.5 s'],
  [9_999, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [12_000_000, '3 h 20 min'],
  [353_000_000, '4 d 2 h'],
  [Number.POSITIVE_INFINITY, 'for ever'],
];

for (const [ms, text] of DURATIONS)
  test(`${ms} ms reads "${text}"`, () => assert.equal(durationText(ms), text));

test('sizes are counted in powers of 1024', () => {
  assert.deepEqual([0, 512, 1_024, 14_889_779, 2 ** 40].map(sizeText), [
    '0 B',
    '512 B',
    '1.0 KB',
    '14.2 MB',
    '1.0 TB',
  ]);
});

test('one is singular', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => countText(count, 'worker')),
    ['0 workers', '1 worker', '2 workers'],
  );
});

test('no foreign text reaches a terminal with control characters', () => {
  assert.equal(printable('a\u001b[2Jb\nc'), 'a\\x1b[2Jb\\x0ac');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const character of printable(text)) {
        const code = character.codePointAt(0) ?? 0;
        assert.ok(code >= 0x20 && !(code >= 0x7f && code <= 0x9f) && code !== 0x2028 && code !== 0x2029);
      }
    }),
  );
});

test('a contradiction carries its details', () => {
  mustHold(true, 'fine');
  assert.throws(
    () => mustHold(0, 'broken', { serial: 7 }),
    (error) => error instanceof Contradiction && error.message === 'broken' && error.details.serial === 7,
  );
  assert.throws(() => unreachable('x' as never), Contradiction);
});

test('results', () => {
  assert.deepEqual(
    [ok(1), err('no')],
    [
      { ok: true, value: 1 },
      { ok: false, error: 'no' },
    ],
  );
});
