// Golden: for each FIXTURE.conf here, what `preforkd check` prints (diagnostics, or the plan) and its exit code must be
// FIXTURE.expected.txt; and the page of keys must be what the table of keys makes. UPDATE_GOLDEN=1 writes them anew.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CONFIG_PAGE, renderConfigPage } from '../../../scripts/docs-config.ts';
import { runCheck } from '../../../src/cli/check.ts';
import { ROOT_WORLD } from '../../unit/config/fake-world.ts';

process.env.TZ = 'Europe/Berlin';

/** The night before the clocks go forward: 02:30 does not exist on the next day. */
const NOW = new Date('2026-03-28T12:00:00+01:00');

for (const name of readdirSync(import.meta.dirname).filter((file) => file.endsWith('.conf'))) {
  test(name, async () => {
    let text = '';
    const out = { write: (part: string) => (text += part) };
    const code = await runCheck(join(import.meta.dirname, name), out, { world: ROOT_WORLD, now: NOW });
    const printed = `${text.replaceAll(`${import.meta.dirname}/`, '')}exit ${code}\n`;
    compare(join(import.meta.dirname, name.replace(/conf$/, 'expected.txt')), printed);
  });
}

test('docs/generated/CONFIG.md', () => {
  compare(CONFIG_PAGE, renderConfigPage());
});

function compare(path: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'), `${path} differs; UPDATE_GOLDEN=1 writes it anew`);
}
