// The pages of docs/generated are what their generators make today: no page can fall behind the code's tables.
// When a table was changed on purpose: npm run docs, and read the difference.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const SCRIPTS = new URL('scripts/', ROOT);
const PAGES = new URL('docs/generated/', ROOT);

interface Generator {
  /** Of the page, from the root. */
  readonly path: string;
  generate(): string | Promise<string>;
}

async function generators(): Promise<readonly Generator[]> {
  const names = readdirSync(SCRIPTS).filter((name) => /^docs-.*\.ts$/.test(name));
  return Promise.all(names.map((name) => import(new URL(name, SCRIPTS).href)));
}

describe('docs/generated', () => {
  test('every page is what its generator makes', async (t) => {
    for (const { path, generate } of await generators()) {
      await t.test(path, async () => {
        assert.equal(readFileSync(new URL(path, ROOT), 'utf8'), await generate(), 'run: npm run docs');
      });
    }
  });

  test('no page is without a generator', async () => {
    const made = (await generators()).map(({ path }) => path);
    const committed = readdirSync(PAGES).map((name) => `docs/generated/${name}`);
    assert.deepEqual(committed.sort(), made.sort());
  });
});
