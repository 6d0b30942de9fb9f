// What a newcomer copies from README.md is right: the configurations load, and every verb that it calls exists.
// (The tour as a whole is walked by the e2e tests.)

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loadText } from '../../src/config/index.ts';
import { ROOT_WORLD } from '../unit/config/fake-world.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const BLOCKS = [...README.matchAll(/^```\w*\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
const CONFIGURATIONS = BLOCKS.filter((block) => /^SERVICES \{$/m.test(block));

/** A machine that has every program and every name. */
const WORLD = {
  ...ROOT_WORLD,
  passwd: `${ROOT_WORLD.passwd}www-data:x:33:33::/var/www:/bin/sh\n`,
  fileKind: async () => 'program' as const,
};

describe('README.md', () => {
  for (const [index, text] of CONFIGURATIONS.entries()) {
    test(`configuration ${index + 1} is right, held to account`, async () => {
      const strict = /^MASTER \{$/m.test(text) ? text : `MASTER {\n}\n${text}`;
      const outcome = await loadText(strict, 'README.md', { world: WORLD });
      assert.deepEqual(outcome.ok ? outcome.warnings : outcome.diagnostics, []);
    });
  }

  test('has its configurations', () => assert.equal(CONFIGURATIONS.length, 2));

  test('leads to no folder that the package leaves out', () => {
    const { files } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      files: readonly string[];
    };
    const folders = new Set([...README.matchAll(/\]\((\w+)\//g)].map((match) => match[1] ?? ''));
    assert.ok(folders.size >= 3);
    assert.deepEqual(
      [...folders].filter((folder) => !files.includes(folder)),
      [],
    );
  });

  test('calls only verbs that exist', () => {
    const sourceOf = (name: string) =>
      readFileSync(new URL(`../../src/cli/${name}.ts`, import.meta.url), 'utf8');
    const program = ['program', 'reading-verbs'].map(sourceOf).join('');
    const verbs = new Set([...README.matchAll(/^npx preforkd (\w+)/gm)].map((match) => match[1] ?? ''));
    assert.ok(verbs.size >= 6);
    for (const verb of verbs) assert.match(program, new RegExp(`'${verb}\\b`), verb);
  });
});
