// preforkd-cyrmaster -d: the caller ends when the pidfile is written, with 0 or with the reason why there is no master.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { callCyrmaster, install, lemming, pidOf, startCyrmaster } from './cyrmaster-support.ts';
import { isAlive, until } from './harness.ts';

const PORT = 'listen="127.0.0.1:0"';

/** Session and process group, proc(5): what follows the name, which may hold anything. */
function sessionOf(pid: number): { readonly group: number; readonly session: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { group: Number(group), session: Number(session) };
}

describe('-d', () => {
  test('comes back with 0 when the pidfile is written; the master leads a session of its own in cores', async (t) => {
    const installation = install(t, lemming(`${PORT} prefork=1`));
    mkdirSync(installation.path('conf/cores'));
    const { code, stderr } = await callCyrmaster(installation, ['-d', '-L', 'log']);
    assert.deepEqual([code, stderr], [0, '']);
    const pid = pidOf(installation);
    assert.ok(isAlive(pid));
    assert.equal(existsSync(`${installation.pidfile}.lock`), false);
    assert.deepEqual(sessionOf(pid), { group: pid, session: pid });
    assert.equal(readlinkSync(`/proc/${pid}/cwd`), installation.path('conf/cores'));
    assert.equal(readlinkSync(`/proc/${pid}/fd/0`), '/dev/null');
    assert.equal(readlinkSync(`/proc/${pid}/fd/2`), installation.path('log'));
    await until('the ready file', () => existsSync(installation.readyFile));
    process.kill(pid, 'SIGTERM');
    await until('the end of the master', () => !isAlive(pid));
    assert.equal(existsSync(installation.readyFile), false);
  });

  test('works in configdirectory when there is no cores', async (t) => {
    const installation = install(t, lemming(PORT));
    assert.equal((await callCyrmaster(installation, ['-d'])).code, 0);
    assert.equal(readlinkSync(`/proc/${pidOf(installation)}/cwd`), installation.path('conf'));
  });

  test('a master that does not come up tells the caller why, with its exit code', async (t) => {
    const held = install(t, lemming(PORT));
    const first = await startCyrmaster(held);
    const other = install(t, lemming(PORT));
    const busy = await callCyrmaster(other, ['-d', '-p', held.pidfile]);
    assert.equal(busy.code, 71);
    assert.match(busy.stderr, /cannot get exclusive lock on pidfile/);
    assert.equal(await first.stop(), 0);
    const bad = install(t, 'SERVICES {\n  imap cmd="nowhere-to-be-found" listen=0\n}');
    const wrong = await callCyrmaster(bad, ['-d']);
    assert.equal(wrong.code, 78);
    assert.match(wrong.stderr, /nowhere-to-be-found/);
    assert.equal(existsSync(bad.pidfile), false);
  });

  test('two at once: one of them is told so, with 75 or 71', async (t) => {
    const installation = install(t, lemming(PORT));
    const both = await Promise.all([
      callCyrmaster(installation, ['-d']),
      callCyrmaster(installation, ['-d']),
    ]);
    const codes = both.map(({ code }) => code ?? 0).sort((one, other) => one - other);
    assert.equal(codes[0], 0);
    assert.ok(codes[1] === 71 || codes[1] === 75, JSON.stringify(both));
  });
});
