// Writes every page of docs/generated: runs each scripts/docs-*.ts. A generator exports `path` (of its page, from the
// root) and `generate()`, and `generateFurther()` when it has more files than that (path -> text). What nobody makes any
// more is removed. test/golden/docs.test.ts compares the same with what is committed.
// Run it through tsx: npm run docs.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '..');
const GENERATED = 'docs/generated';

const made = new Set();

function keep(path, text) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
  made.add(path);
  console.log(path);
}

for (const name of readdirSync(HERE).filter((name) => /^docs-.*\.ts$/.test(name))) {
  const { path, generate, generateFurther } = await import(join(HERE, name));
  keep(path, await generate());
  for (const [further, text] of (await generateFurther?.()) ?? []) keep(further, text);
}

for (const entry of readdirSync(join(ROOT, GENERATED), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name).slice(ROOT.length + 1);
  if (entry.isDirectory() || made.has(path)) continue;
  rmSync(join(ROOT, path));
  console.log(`${path} is removed`);
}
