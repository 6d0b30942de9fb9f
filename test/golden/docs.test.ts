// The pages of docs/generated are what their generators make today: no page can fall behind the code's tables.
// When a table was changed on purpose: npm run docs, and read the difference.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPTS = join(ROOT, 'scripts');
const PAGES = 'docs/generated';

interface Generator {
  /** Of the page, from the root. */
  readonly path: string;
  generate(): string | Promise<string>;
  /** What belongs to the page and is no page: path -> text. */
  generateFurther?(): ReadonlyMap<string, string>;
}

async function generated(): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(SCRIPTS).filter((name) => /^docs-.*\.ts$/.test(name));
  const files = new Map<string, string>();
  for (const name of names) {
    const generator = (await import(join(SCRIPTS, name))) as Generator;
    files.set(generator.path, await generator.generate());
    for (const [path, text] of generator.generateFurther?.() ?? []) files.set(path, text);
  }
  return files;
}

describe('docs/generated', async () => {
  const files = await generated();

  for (const [path, text] of files) {
    test(path, () => assert.equal(readFileSync(join(ROOT, path), 'utf8'), text, 'run: npm run docs'));
  }

  test('nothing is without a generator', () => {
    const committed = readdirSync(join(ROOT, PAGES), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
    // What a generator writes elsewhere (grafana/) is compared above.
    const pages = [...files.keys()].filter((path) => path.startsWith(`${PAGES}/`));
    assert.deepEqual(committed.sort(), pages.sort());
  });
});
