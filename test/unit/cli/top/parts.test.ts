// The small parts of `preforkd top`: width of text, keys, the bar, what a key does, what is sorted how, rates.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bar, UNICODE } from '../../../../src/cli/top/bar.ts';
import { rateText } from '../../../../src/cli/top/columns.ts';
import { figuresOf, type Row } from '../../../../src/cli/top/figures.ts';
import { keysOf } from '../../../../src/cli/top/keys.ts';
import { FIRST_VIEW, onKey, SORTS, sorted, type View } from '../../../../src/cli/top/view.ts';
import { cut, fit, widthOf, wrap } from '../../../../src/cli/top/width.ts';
import { speaksUtf8 } from '../../../../src/cli/top.ts';
import { sampleStatus } from '../../plane/support/status.ts';

const STATUS = sampleStatus();
const ROWS = figuresOf({ status: STATUS, at: 0 }, undefined).rows;

describe('width', () => {
  test('counts columns: wide characters take two, accents none', () => {
    assert.equal(widthOf('imap'), 4);
    assert.equal(widthOf('郵便'), 4);
    assert.equal(widthOf('e\u0301'), 1);
    assert.equal(widthOf('😀'), 2);
  });

  test('cuts and pads to exactly what is asked for', () => {
    assert.equal(cut('郵便受け', 5), '郵便…');
    assert.equal(cut('imap', 0), '');
    for (const width of [1, 2, 3, 9]) assert.equal(widthOf(fit('郵便受け', width)), width);
    assert.equal(fit('7', 3, 'right'), '  7');
  });

  test('wraps between words, and cuts what is longer than a line', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('one two three four', 7, 2), ['one two', 'three …']);
    assert.deepEqual(wrap('x'.repeat(9), 4), ['xxx…']);
  });
});

describe('keys', () => {
  test('have names, also several at once', () => {
    assert.deepEqual(keysOf('j\u001b[A\u001bOBq'), ['j', 'up', 'down', 'q']);
    assert.deepEqual(keysOf('\u0003\r \u001b'), ['interrupt', 'enter', 'space', 'escape']);
  });

  test('that are unknown are none', () => {
    assert.deepEqual(keysOf('\u001b[15;2~\u0001é'), ['é']);
  });
});

describe('the bar', () => {
  const crew = { busy: 0, draining: 0, ready: 0, starting: 0, prefork: 1, maxchild: 10 };
  const drawn = (change: Partial<typeof crew>, width = 10) =>
    bar({ ...crew, ...change }, width, UNICODE)
      .map(({ text }) => text)
      .join('');

  test('shows everybody by kind, and what is free', () => {
    assert.equal(drawn({ busy: 3, draining: 1, ready: 3, starting: 1 }), '███▚▒▒░···');
    assert.equal(drawn({}), '··········');
    assert.equal(drawn({ busy: 10 }), '██████████');
  });

  test('hides nobody, and is full only when all are there', () => {
    assert.equal(drawn({ busy: 997, ready: 1, maxchild: 1000 }), '████████▒·');
    assert.equal(drawn({ ready: 1, maxchild: 1000 }), '▒·········');
  });

  test('is as wide as it may be, whatever the figures', () => {
    for (const busy of [0, 1, 7, 500])
      for (const ready of [0, 1, 9])
        for (const maxchild of [1, 8, 100, null])
          for (const width of [4, 9, 33])
            assert.equal(
              drawn({ busy, ready, maxchild } as unknown as Partial<typeof crew>, width).length,
              width,
            );
  });
});

describe('a key', () => {
  const rows = sorted(ROWS, FIRST_VIEW);
  const after = (...keys: string[]): View =>
    keys.reduce((view, key) => onKey(view, key, sorted(ROWS, view), 2).view, FIRST_VIEW);

  test('moves the selection, never beyond the ends', () => {
    assert.equal(after('j').selected, rows[1]?.title);
    assert.equal(after('k').selected, rows[0]?.title);
    assert.equal(after('G', 'down', 'down').selected, rows[2]?.title);
    assert.equal(after('pagedown', 'home').selected, rows[0]?.title);
  });

  test('asks before it pauses, and does nothing but for y', () => {
    const asking = after('p');
    assert.deepEqual(asking.asking, { verb: 'pause', service: 'echo' });
    assert.deepEqual(onKey(asking, 'y', rows, 2).wish, { kind: 'change', verb: 'pause', service: 'echo' });
    for (const key of ['n', 'q', 'enter', 'escape']) {
      const step = onKey(asking, key, rows, 2);
      assert.deepEqual(
        [step.wish, step.view.asking, step.view.note],
        [undefined, undefined, 'nothing was done'],
      );
    }
  });

  test('goes through the orders and round', () => {
    const all = SORTS.map((_, at) => after(...Array.from({ length: at }, () => 's')).sort);
    assert.deepEqual(all, [...SORTS]);
    assert.equal(after('left').sort, SORTS.at(-1));
    assert.equal(after('S').reversed, true);
  });

  test('opens and closes pages, and quits', () => {
    assert.equal(after('?').page, 'help');
    assert.equal(after('enter', 'w').page, 'list');
    assert.equal(after('w', 'escape').page, 'list');
    assert.deepEqual(onKey(FIRST_VIEW, 'q', rows, 2).wish, { kind: 'quit' });
  });

  test('with nothing to select harms nothing', () => {
    for (const key of ['j', 'G', 'p', 'enter', 's'])
      assert.equal(onKey(FIRST_VIEW, key, [], 2).wish, undefined);
  });
});

describe('the order of services', () => {
  const titles = (view: Partial<View>) => sorted(ROWS, { ...FIRST_VIEW, ...view }).map(({ title }) => title);

  test('is trouble first, or by a figure, or by name; and the other way round', () => {
    assert.deepEqual(titles({}), ['echo/unix', 'idled', 'imap/ipv4']);
    assert.deepEqual(titles({ sort: 'busy' }), ['imap/ipv4', 'echo/unix', 'idled']);
    assert.deepEqual(titles({ sort: 'name', reversed: true }), ['imap/ipv4', 'idled', 'echo/unix']);
    assert.equal(titles({ sort: 'memory' })[0], 'imap/ipv4');
  });
});

describe('figures', () => {
  const rowOf = (rows: readonly Row[], title: string) => rows.find((row) => row.title === title);

  test('have rates from the second look on, and none across a restart', () => {
    const earlier = { ...STATUS, master: { ...STATUS.master, turns: STATUS.master.turns - 30 } };
    const now = { status: STATUS, at: 3000 };
    assert.equal(figuresOf(now, undefined).turnRate, undefined);
    assert.equal(figuresOf(now, { status: earlier, at: 0 }).turnRate, 10);
    const another = { ...earlier, master: { ...earlier.master, pid: 1 } };
    assert.equal(figuresOf(now, { status: another, at: 0 }).turnRate, undefined);
    assert.equal(rowOf(figuresOf(now, { status: earlier, at: 0 }).rows, 'imap/ipv4')?.spawnRate, 0);
  });

  test('sum up the workers that were sampled', () => {
    assert.equal(rowOf(ROWS, 'imap/ipv4')?.cpuPercent, 12.5);
    assert.equal(rowOf(ROWS, 'idled')?.memoryBytes, undefined);
  });

  test('of rates are short', () => {
    const texts = [undefined, 0, 0.04, 9.94, 12.3, 9_999, 12_345, 1e6].map(rateText);
    assert.deepEqual(texts, ['', '0', '0.0', '9.9', '12', '9999', '12.3k', '1000k']);
  });
});

test('UTF-8 is spoken where the locale says so', () => {
  assert.equal(speaksUtf8({ LANG: 'C.UTF-8' }), true);
  assert.equal(speaksUtf8({ LC_ALL: 'C', LANG: 'de_DE.utf8' }), false);
  assert.equal(speaksUtf8({}), false);
});
