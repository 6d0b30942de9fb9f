// The pages that people write: their links lead somewhere, the files they name exist, and a function that a page
// places in a file stands there.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import { assertTidy, type Finding, ROOT } from './support/tree.ts';

interface Page {
  readonly path: string;
  readonly text: string;
}

const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g;
const NAMED_FILE = /`((?:src|test|scripts|examples|docs|deploy|bench|grafana)\/[\w./-]+\.\w+)`/g;
/** `name` (`src/file.ts`) and `name` in `src/file.ts`. */
const PLACED = /`(\w+)` (?:\(|in )`(src\/[\w./-]+\.ts)`/g;

function pages(): readonly Page[] {
  const docs = readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name}`,
  );
  return [...readdirSync(ROOT), ...docs]
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/generated/'))
    .map((path) => ({ path, text: readFileSync(ROOT + path, 'utf8') }));
}

function judge(page: Page, exists: (path: string) => boolean, read: (path: string) => string): Finding[] {
  return [
    ...matches(page, LINK, ([link = '']) =>
      exists(posix.join(posix.dirname(page.path), link)) ? undefined : `the link ${link} leads nowhere`,
    ),
    ...matches(page, NAMED_FILE, ([file = '']) => (exists(file) ? undefined : `there is no ${file}`)),
    ...matches(page, PLACED, ([name = '', file = '']) =>
      exists(file) && !new RegExp(`\\b${name}\\b`).test(read(file)) ? `${name} is not in ${file}` : undefined,
    ),
  ];
}

function matches(
  { path, text }: Page,
  pattern: RegExp,
  says: (groups: readonly string[]) => string | undefined,
): Finding[] {
  // A sentence may break between a name and its file.
  return [...text.replaceAll('\n', ' ').matchAll(pattern)].flatMap((match) => {
    const trouble = says(match.slice(1));
    const line = text.slice(0, match.index).split('\n').length;
    return trouble === undefined ? [] : [{ path, line, says: trouble }];
  });
}

test('the pages name what exists', () => {
  const exists = (path: string) => existsSync(ROOT + path);
  const read = (path: string) => readFileSync(ROOT + path, 'utf8');
  assert.ok(pages().length >= 5, 'the pages were found');
  assertTidy(pages().flatMap((page) => judge(page, exists, read)));
});

describe('the rule fires', () => {
  const exists = (path: string) => path === 'src/a.ts';
  const findings = (text: string) => judge({ path: 'README.md', text }, exists, () => 'function here() {}');

  for (const bad of [
    '[a](docs/gone.md)',
    'see `src/gone.ts`',
    '`gone` in `src/a.ts`',
    '`gone`\n(`src/a.ts`)',
  ]) {
    test(`on ${JSON.stringify(bad)}`, () => assert.equal(findings(bad).length, 1));
  }

  test('not on what is there, nor on the web', () => {
    assert.deepEqual(findings('[a](src/a.ts#x) [b](https://example.org/x) `here` in `src/a.ts`'), []);
  });
});
