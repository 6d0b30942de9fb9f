// A program that cannot be executed any more: told at once with its path and errno, no worker is burnt on it, and the
// service recovers when the program is back.

import assert from 'node:assert/strict';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { ownDirectory, services } from './reckoning.ts';

/** A program of the test's own that becomes a lemming. */
function program(directory: string): string {
  const path = join(directory, 'worker.sh');
  writeFileSync(path, `#!/bin/sh\nexec ${LEMMING}\n`, { mode: 0o755 });
  return path;
}

const failures = [
  {
    what: 'deleted',
    errno: 'ENOENT',
    harm: (path: string) => renameSync(path, `${path}.away`),
    mend: (path: string) => renameSync(`${path}.away`, path),
  },
  {
    what: 'made non-executable',
    errno: 'EACCES',
    harm: (path: string) => chmodSync(path, 0o644),
    mend: (path: string) => chmodSync(path, 0o755),
  },
];

for (const { what, errno, harm, mend } of failures) {
  test(`a program that was ${what} after the start is told, and tried again until it is back`, async (t) => {
    const path = program(ownDirectory(t));
    const master = await startMaster(t, services(`echo cmd="${path}" listen="127.0.0.1:0"`));
    harm(path);
    const client = await master.client('echo');
    const failed = await master.event('spawn-failed');
    assert.deepEqual([failed.program, failed.errno, failed.stage], [path, errno, 'exec']);
    assert.match(failed.msg, new RegExp(`cannot exec ${path}: ${errno}`));
    await master.event('breaker-opened', { failures: 1 });
    assert.match((await master.cli('why', 'echo')).stdout, /could not be executed/);

    mend(path);
    assert.match(await client.line(), /^lemming/);
    await master.settled('echo', { state: 'running', busy: 1 });
  });
}

test('behind a wrapper such as nice, the failure carries the words of the wrapper', async (t) => {
  const path = program(ownDirectory(t));
  const master = await startMaster(t, services(`echo cmd="${path}" listen="127.0.0.1:0" prefork=1 nice=5`));
  await master.settled('echo', { starting: 0, ready: 1 });
  renameSync(path, `${path}.away`);
  const client = await master.client('echo');
  await client.line();
  const opened = await master.event('breaker-opened');
  assert.equal(opened.lastExit, 'exit 127');
  assert.match(opened.lastStderr, /worker\.sh.*No such file/);
  assert.equal(await client.ask('echo served on'), 'served on');
});
