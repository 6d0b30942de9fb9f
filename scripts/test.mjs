// Runs the tests with node:test, TypeScript read through tsx. Node 20's --test knows no globs, so the files are
// listed here. Arguments: names of suites (SUITES below; all of them when there is none), paths of files or folders, and
// node's own options (--test-name-pattern=...). Runs on `node` of this process, so that the matrix can run it on another
// one. The last lines show the number of tests, also when some have failed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** In the order in which they are listed: the ones that answer soonest first. */
const SUITES = ['unit', 'golden', 'tidy', 'contract', 'sim', 'differential', 'e2e'];
/** One test file may run this long; then it is ended and counts as failed. A hung test must not hang CI. */
const FILE_LIMIT_MS = 300_000;
/** Files at a time: e2e tests mostly wait, but with more than this they would slow each other past their limits. */
const FILES_AT_ONCE_MAX = 4;

function testFiles(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(path, name))
    .sort();
}

function chosenFiles(names) {
  return (names.length === 0 ? SUITES : names).flatMap((name) => {
    const files = testFiles(SUITES.includes(name) ? join('test', name) : name);
    if (files.length === 0) console.error(`no tests in "${name}" (suites: ${SUITES.join(' ')})`);
    return files;
  });
}

/** What the tally reporter has counted; an empty text when node itself failed. */
function tally(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function run(files, options) {
  const scratch = mkdtempSync(join(tmpdir(), 'preforkd-tests-'));
  const tallyFile = join(scratch, 'tally');
  const concurrency = Math.min(FILES_AT_ONCE_MAX, Math.max(2, availableParallelism()));
  const { status, signal } = spawnSync(
    process.execPath,
    [
      ...[
        '--import',
        'tsx',
        '--test',
        `--test-concurrency=${concurrency}`,
        `--test-timeout=${FILE_LIMIT_MS}`,
      ],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=./scripts/lib/tally-reporter.mjs', `--test-reporter-destination=${tallyFile}`],
      ...options,
      ...files,
    ],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  // The spec reporter prints failures after its summary; the numbers belong at the end.
  if (status !== 0) process.stdout.write(`\n${signal ? `ended by ${signal}\n` : ''}${tally(tallyFile)}`);
  rmSync(scratch, { recursive: true, force: true });
  return status ?? 1;
}

process.chdir(ROOT);
const options = process.argv.slice(2).filter((word) => word.startsWith('-'));
const files = chosenFiles(process.argv.slice(2).filter((word) => !word.startsWith('-')));
process.exitCode = files.length === 0 ? 1 : run(files, options);
