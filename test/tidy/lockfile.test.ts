// The guard of package-lock.json lets this repository pass, and knows what it is there to refuse.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { lockfileTroubles } from '../../scripts/check-lockfile.mjs';
import { ROOT } from './support/tree.ts';

const read = (file: string) => JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8'));
const manifest = (version: string) => ({ dependencies: { pino: version } });
const locked = (place: string, version: string, more: object = {}) => ({
  packages: { '': {}, [`node_modules/${place}`]: { version, ...more } },
});

test('this repository holds nothing that is rejected', () => {
  assert.deepEqual(lockfileTroubles(read('package.json'), read('package-lock.json')), []);
});

test('nor does what is installed for the benchmark only', () => {
  const folder = 'bench/setup/pm2/';
  assert.deepEqual(lockfileTroubles(read(`${folder}package.json`), read(`${folder}package-lock.json`)), []);
});

describe('the guard refuses', () => {
  for (const range of ['^10.4.0', '~10.4.0', '10', '*', 'latest', '>=10.0.0', 'github:pinojs/pino']) {
    test(`a version that is not exact: ${range}`, () => {
      assert.equal(lockfileTroubles(manifest(range), {}).length, 1);
    });
  }

  const refused: readonly (readonly [what: string, lockfile: object])[] = [
    ['the protestware of 2022', locked('peacenotwar', '9.1.5')],
    ['the same, deeper', locked('a/node_modules/peacenotwar', '9.1.5')],
    ['another node-ipc', locked('node-ipc', '12.0.1')],
    ['another node-ipc, deeper', locked('a/node_modules/node-ipc', '9.2.1')],
    ['another node-ipc under an alias', locked('harmless', '10.1.1', { name: 'node-ipc' })],
    ['a commander that needs Node 22', locked('commander', '15.0.0')],
    ['a package from elsewhere', locked('pino', '10.4.0', { resolved: 'http://example.org/pino.tgz' })],
  ];
  for (const [what, lockfile] of refused) {
    test(what, () => {
      assert.equal(lockfileTroubles({}, lockfile).length, 1);
    });
  }
});

test('the guard lets pass what was vetted', () => {
  assert.deepEqual(lockfileTroubles(manifest('10.4.0'), locked('node-ipc', '14.0.0')), []);
});
