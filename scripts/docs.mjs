// Writes every page of docs/generated: runs each scripts/docs-*.ts. A generator exports `path` (of its page, from the
// root) and `generate()`; test/golden/docs.test.ts compares the same with what is committed.
// Run it through tsx: npm run docs.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

for (const name of readdirSync(HERE).filter((name) => /^docs-.*\.ts$/.test(name))) {
  const { path, generate } = await import(join(HERE, name));
  const file = join(HERE, '..', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await generate());
  console.log(path);
}
