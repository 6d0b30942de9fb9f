// Runs the suite on the other versions of Node that are supported, each from the npm package `node`, kept in
// node_modules/.cache. The version under test stands first in PATH, so that children find it as `node` too.
// --short: what CI has time for, on the newest of them (the whole suite runs on the floor). Other arguments are handed to
// scripts/test.mjs. Prints a table; exit 1 when one fails.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'matrix');
/** The newest of each line that is supported beside the floor, which `npm test` runs on. */
const VERSIONS = ['22.23.3', '24.21.0', '26.10.0'];
/** The port against the kernel, the core, the SDK, and a few walks through every floor. */
const SHORT = [
  'unit',
  'contract',
  'test/e2e/imap.test.ts',
  'test/e2e/prefork.test.ts',
  'test/e2e/reload.test.ts',
];

/** The folder that holds this version's `node`; undefined when it could not be installed. */
function install(version) {
  const home = join(CACHE, version);
  const bin = join(home, 'node_modules', 'node', 'bin');
  if (!existsSync(join(bin, 'node'))) {
    mkdirSync(home, { recursive: true });
    const options = ['--prefix', home, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    spawnSync('npm', ['install', ...options, `node@${version}`], { cwd: home, stdio: 'inherit' });
  }
  return existsSync(join(bin, 'node')) ? bin : undefined;
}

function runOn(version, suites) {
  const bin = install(version);
  if (bin === undefined) return { version, result: 'not installed', tests: '', seconds: '' };
  const began = performance.now();
  const { status, stdout } = spawnSync(join(bin, 'node'), ['scripts/test.mjs', ...suites], {
    cwd: ROOT,
    env: { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  if (status !== 0) console.log(stdout.slice(stdout.indexOf('failing tests:') - 2));
  const count = (what) => new RegExp(`^ℹ ${what} (\\d+)`, 'm').exec(stdout)?.[1];
  return {
    version,
    result: status === 0 ? 'pass' : 'FAIL',
    tests: count('tests'),
    skipped: count('skipped'),
    seconds,
  };
}

const args = process.argv.slice(2);
const suites = args.includes('--short') ? SHORT : args;
const versions = args.includes('--short') ? VERSIONS.slice(-1) : VERSIONS;
const rows = versions.map((version) => {
  const row = runOn(version, suites);
  console.log(`node ${version}: ${row.result}, ${row.tests} tests, ${row.seconds} s`);
  return row;
});
console.table(rows);
process.exitCode = rows.every(({ result }) => result === 'pass') ? 0 : 1;
