// What keeps preforkd-cyrmaster from coming up is told to the system's log in Cyrus's words, and not to stderr alone:
// in the file of CYRUS_SYSLOG_FILE, and as real datagrams to the /dev/log of a mount namespace of the test's own.

import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import {
  CYRMASTER,
  callCyrmaster,
  type Installation,
  install,
  lemming,
  startCyrmaster,
} from './cyrmaster-support.ts';
import { run } from './harness.ts';
import { noSyslogd, ownSyslogd } from './own-syslogd.ts';

const PORT = 'listen="127.0.0.1:0"';

/** Logs as Cyrus's master does, and not as the tests want it. */
function installVoiced(t: TestContext, cyrusConf: string, imapd: readonly string[] = []): Installation {
  const installation = install(t, cyrusConf, ['syslog_prefix: cyrus', ...imapd]);
  const file = installation.path('syslog');
  writeFileSync(file, '');
  writeFileSync(installation.path('preforkd.conf'), 'MASTER {\n  http listen=off\n}\n');
  return { ...installation, environment: { ...installation.environment, CYRUS_SYSLOG_FILE: file } };
}

/** The texts of the log, without time and name. */
function logged({ path }: Installation): readonly string[] {
  const lines = readFileSync(path('syslog'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.replace(/^\w{3} [ \d]\d [\d:]{8} (cyrus\/)?master\[\d+\]: /, ''));
}

async function refused(installation: Installation, words: readonly string[], code: number): Promise<void> {
  const outcome = await callCyrmaster(installation, words);
  assert.equal(outcome.code, code, outcome.stderr);
}

describe('CYRUS_SYSLOG_FILE has', () => {
  test('why the pidfile cannot be had', async (t) => {
    const installation = installVoiced(t, lemming(PORT));
    symlinkSync(installation.path('elsewhere'), installation.path('link.pid'));
    await refused(installation, ['-p', 'link.pid'], 71);
    assert.deepEqual(logged(installation), ["can't open pidfile: Too many levels of symbolic links"]);
  });

  test('that another master holds it; with -d once, though two processes know it', async (t) => {
    const held = install(t, lemming(PORT));
    const first = await startCyrmaster(held);
    const installation = installVoiced(t, lemming(PORT));
    await refused(installation, ['-d', '-p', held.pidfile], 71);
    assert.deepEqual(logged(installation), [
      'cannot get exclusive lock on pidfile (is another master still running?)',
      'exiting',
    ]);
    assert.equal(await first.stop(), 0);
  });

  test('a configuration that is refused, with all its lines, and a user that is not there', async (t) => {
    const bad = installVoiced(t, 'SERVICES {\n  imap cmd="nowhere-to-be-found" listen=0\n}');
    await refused(bad, [], 78);
    assert.match(logged(bad).join('\n'), /nowhere-to-be-found.*\nexiting$/s);
    const unread = installVoiced(t, lemming(PORT));
    await refused(unread, ['-C', 'missing.conf'], 78);
    const [first] = logged(unread);
    const path = unread.path('missing.conf');
    assert.equal(first, `can't open configuration file ${path}: No such file or directory`);
    const nobody = installVoiced(t, lemming(PORT), ['cyrus_user: nobody-of-this-name']);
    await refused(nobody, [], 1);
    assert.deepEqual(logged(nobody), ['no entry in /etc/passwd for user nobody-of-this-name']);
  });
});

test('syslogd has them as datagrams of facility mail', { skip: noSyslogd }, async (t) => {
  const installation = installVoiced(t, lemming(PORT));
  const syslogd = ownSyslogd(t, installation.directory);
  const [unshare = '', ...before] = [...syslogd.words, process.execPath, CYRMASTER, ...installation.words];
  const { directory, environment } = installation;
  const call = (words: readonly string[]) => run(unshare, [...before, ...words], directory, environment);
  // Before there is a supervisor thread.
  const unread = await call(['-C', 'missing.conf']);
  assert.equal(unread.code, 78, unread.stderr);
  const [first = '', second = '', third] = syslogd.received();
  assert.match(first, /^<18>\w{3} .* master\[\d+\]: can't open configuration file .*: No such file/);
  assert.match(second, /^<21>\w{3} .* master\[\d+\]: exiting$/);
  assert.equal(third, undefined);
  // By the supervisor thread.
  symlinkSync('elsewhere', installation.path('link.pid'));
  assert.equal((await call(['-p', 'link.pid'])).code, 71);
  const [only = '', more] = syslogd.received();
  assert.match(only, /^<19>\w{3} .* cyrus\/master\[\d+\]: can't open pidfile: Too many levels/);
  assert.equal(more, undefined);
});
