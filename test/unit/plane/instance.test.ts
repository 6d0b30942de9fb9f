// One master per run directory, and a run directory that nobody else can write to.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { PID_FILE, takeInstanceLock } from '../../../src/plane/instance-lock.ts';
import { prepareRunDirectory } from '../../../src/plane/run-directory.ts';
import { until } from './support/until.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-run-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the instance lock', () => {
  test('is refused to a second one, who learns the pid of the first', async () => {
    const first = await takeInstanceLock(directory);
    assert.ok(first.kind === 'taken');
    assert.deepEqual(await takeInstanceLock(directory), { kind: 'held', pid: process.pid });
    assert.equal(readFileSync(join(directory, PID_FILE), 'utf8'), `${process.pid}\n`);
    first.lock.release();
    assert.equal(existsSync(join(directory, PID_FILE)), false);
    const again = await takeInstanceLock(directory);
    assert.ok(again.kind === 'taken');
    again.lock.release();
  });

  test('belongs to its directory', async () => {
    const other = join(directory, 'other');
    mkdirSync(other);
    const [first, second] = [await takeInstanceLock(directory), await takeInstanceLock(other)];
    assert.ok(first.kind === 'taken' && second.kind === 'taken');
    first.lock.release();
    second.lock.release();
  });

  test('is free as soon as its holder is killed, whatever files are left', async () => {
    const script = join(import.meta.dirname, 'fixtures', 'lock-holder.ts');
    const holder = spawn(process.execPath, ['--import', 'tsx', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(holder.stdout, 'data');
    assert.equal(String(said), 'taken\n');
    assert.deepEqual(await takeInstanceLock(directory), { kind: 'held', pid: holder.pid });
    holder.kill('SIGKILL');
    await until('the lock is free', async () => {
      const outcome = await takeInstanceLock(directory);
      if (outcome.kind === 'taken') outcome.lock.release();
      return outcome.kind === 'taken';
    });
  });
});

describe('the run directory', () => {
  const prepare = (run: string) => prepareRunDirectory(run, join(run, 'control', 'control.sock'));

  test('is made with its control folder, and found again', () => {
    const run = join(directory, 'deep', 'run');
    const made = prepare(run);
    assert.ok(made.ok);
    assert.equal(statSync(run).mode & 0o777, 0o711);
    assert.equal(statSync(join(run, 'control')).mode & 0o777, 0o700);
    assert.deepEqual(prepare(run), made);
  });

  test('is refused when it is a symbolic link, a file, or open to others', () => {
    const link = join(directory, 'link');
    symlinkSync('/tmp', link);
    assert.match(problemOf(link), /symbolic link/);
    assert.match(problemOf('/dev/null'), /not a directory/);
    const open = join(directory, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    assert.match(problemOf(open), /open to others \(mode 777\)/);
  });

  test('is refused when its control folder is open to others', () => {
    const control = join(directory, 'control');
    mkdirSync(control);
    chmodSync(control, 0o755);
    assert.match(problemOf(directory), /control is open to others/);
  });

  test('is refused when it belongs to somebody else', {
    skip: process.getuid?.() === 0 ? false : 'only root has directories of others that it can reach',
  }, () => {
    const foreign = join(directory, 'foreign');
    mkdirSync(foreign);
    chownSync(foreign, 65_534, 65_534);
    assert.match(problemOf(foreign), /belongs to uid 65534/);
  });

  function problemOf(run: string): string {
    const outcome = prepare(run);
    assert.ok(!outcome.ok, 'must be refused');
    return outcome.error;
  }
});
