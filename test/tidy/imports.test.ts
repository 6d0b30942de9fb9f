// The import law, the purity of the core and the absence of import cycles, on the real sources; and each rule on a
// small bad source, so that it is known to fire.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importCycles } from './support/cycles.ts';
import { brokenLaw, koffiElsewhere } from './support/law.ts';
import { impurities } from './support/purity.ts';
import { assertTidy, source, sourcesBelow } from './support/tree.ts';

const SRC = sourcesBelow('src');

/** Cycles that still stand, by their files. Only ever to be shortened. */
const CYCLES_ALLOWED: readonly (readonly string[])[] = [];

describe('the sources', () => {
  test('every import keeps the law', () => {
    assertTidy(brokenLaw(SRC));
  });

  test('koffi is where the law says, outside of src too', () => {
    assertTidy(koffiElsewhere(sourcesBelow('bench', 'examples', 'scripts')));
  });

  test('the core names nothing of the world', () => {
    const core = SRC.filter(({ path }) => path.startsWith('src/core/'));
    assert.ok(core.length > 10, 'the core was found');
    assertTidy(impurities(core));
  });

  test('no import cycle but those that are written down', () => {
    assert.deepEqual(importCycles(SRC), CYCLES_ALLOWED);
  });
});

describe('the law fires', () => {
  const cases: readonly (readonly [file: string, text: string])[] = [
    ['core/a.ts', "import { readFileSync } from 'node:fs';"],
    ['core/a.ts', "import type { Cron } from 'croner';"],
    ['core/a.ts', "import { now } from '../os/os.ts';"],
    ['core/a.ts', "const plane = import('../plane/plane.ts');"],
    ['core/a.ts', "export * from '../plane/plane.ts';"],
    ['core/a.ts', "let sampler: import('../plane/sampler.ts').Sampler;"],
    ['core/a.ts', 'import(somewhere);'],
    ['plane/a.ts', "import { libc } from '../os/linux/libc.ts';"],
    ['plane/a.ts', "import koffi from 'koffi';"],
    ['plane/a.ts', "import { turn } from '../core/supervisor.ts';"],
    ['plane/a.ts', "import { spawn } from 'node:child_process';"],
    ['os/sim/a.ts', "import type { Master } from '../../core/master.ts';"],
    ['worker/worker.ts', "import koffi from 'koffi';"],
    ['cli/a.ts', "import { Cron } from 'croner';"],
    ['cli/a.ts', "import { storm } from '../../bench/storm/index.ts';"],
    ['cli/a.ts', "const run = import('../../bench/run.ts');"],
    ['plane/a.ts', "const storm = import('../../bench/storm/index.ts');"],
    ['cyrmaster/a.ts', "import { turn } from '../core/supervisor.ts';"],
    ['cyrmaster/a.ts', "import { startDaemon } from '../os/linux/daemon.ts';"],
    ['cyrmaster/a.ts', "const libc = import('../os/linux/libc.ts');"],
    ['lib/a.ts', "import { turn } from '../core/supervisor.ts';"],
    ['nowhere/a.ts', "import { ok } from '../lib/result.ts';"],
  ];
  for (const [file, text] of cases) {
    test(`src/${file}: ${text}`, () => {
      assert.equal(brokenLaw([source(`src/${file}`, text)]).length, 1);
    });
  }

  test('on koffi outside of src', () => {
    const text = "import koffi from 'koffi';";
    assert.equal(koffiElsewhere([source('bench/storm/a.ts', text)]).length, 1);
    assert.equal(koffiElsewhere([source('bench/storm/trouble/tgkill.ts', text)]).length, 0);
  });

  test('not on the storm, where it is loaded when it is called', () => {
    const text =
      "import type { A } from '../../bench/storm/a.ts'; const b = import('../../bench/storm/b.ts');";
    assert.deepEqual(brokenLaw([source('src/cli/storm.ts', text)]), []);
  });

  test('and lets pass what is allowed', () => {
    const text = `
      import { assert } from '../lib/assert.ts';
      import { type Fd, type Os } from '../os/os.ts';
      // import fs from 'node:fs';
      const text = "import fs from 'node:fs'";`;
    assert.deepEqual(brokenLaw([source('src/core/a.ts', text)]), []);
  });
});

describe('purity fires', () => {
  const impure = [
    'async function f() {}',
    'const f = async () => {};',
    'const at = new Date();',
    'const at = Date.now();',
    'let later: Promise<void>;',
    'const roll = Math.random();',
    'setTimeout(f, 10);',
    'console.log(1);',
    'const env = process.env;',
    'globalThis.fetch;',
  ];
  for (const text of impure) {
    test(text, () => {
      assert.notEqual(impurities([source('src/core/a.ts', text)]).length, 0);
    });
  }

  test('and knows a member, a string and a comment from the global', () => {
    const text = "worker.process; const x = { process: 1, Date: 'Date' }; // new Date()";
    assert.deepEqual(impurities([source('src/core/a.ts', text)]), []);
  });
});

describe('cycles', () => {
  const chain = (...edges: readonly (readonly [from: string, to: string, kind?: string])[]) =>
    importCycles(
      edges.map(([from, to, kind = '']) =>
        source(`src/${from}.ts`, `import ${kind} { x } from './${to}.ts';`),
      ),
    );

  test('are found, with their files', () => {
    assert.deepEqual(chain(['c', 'a'], ['a', 'b'], ['b', 'c'], ['d', 'a']), [
      ['src/a.ts', 'src/b.ts', 'src/c.ts'],
    ]);
  });

  test('of one file with itself count', () => {
    assert.deepEqual(chain(['a', 'a']), [['src/a.ts']]);
  });

  test('of types only leave nothing at run time', () => {
    assert.deepEqual(chain(['a', 'b'], ['b', 'a', 'type']), []);
  });
});
