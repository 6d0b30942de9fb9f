// Golden: docs/CYRUS-DIFFERENCES.md tells what the scenarios declare. UPDATE_GOLDEN=1 writes it anew.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PARTS } from './rows.ts';
import { CHAPTERS } from './scenarios/index.ts';
import { differencesPage } from './support/page.ts';

const PAGE = fileURLToPath(new URL('../../docs/CYRUS-DIFFERENCES.md', import.meta.url));

test('the page of differences is what the scenarios declare', () => {
  const page = differencesPage(CHAPTERS, PARTS);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, page);
  assert.equal(readFileSync(PAGE, 'utf8'), page, 'UPDATE_GOLDEN=1 writes it anew');
});
