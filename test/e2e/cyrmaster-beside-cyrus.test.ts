// Cyrus's own master and preforkd-cyrmaster on one pidfile: whoever came first keeps it, and the other says so with
// Cyrus's exit codes and words. So nobody who moves a server over, or back, has two masters on one mail store.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { cyrusProgram } from '../../bench/setup/cyrus.ts';
import { CYRMASTER, type Installation, install, pidOf } from './cyrmaster-support.ts';
import { isAlive, run, until } from './harness.ts';
import { noSyslogd, type OwnSyslogd, ownSyslogd } from './own-syslogd.ts';

const CYRUS_CONF = 'SERVICES {\n  idle cmd="/bin/sleep 600" listen="127.0.0.1:0"\n}';
const CYRUS = cyrusProgram('master');
const skip = noSyslogd || (!existsSync(CYRUS) && 'cyrus-imapd is not installed: run bench/setup/install.sh');

interface Field {
  readonly installation: Installation;
  readonly syslogd: OwnSyslogd;
}

const MASTERS = { cyrus: [CYRUS], ours: [process.execPath, CYRMASTER] } as const;
type Side = keyof typeof MASTERS;

/** Both log to the same syslogd, as on one machine. */
function field(t: TestContext): Field {
  const installation = install(t, CYRUS_CONF);
  return { installation, syslogd: ownSyslogd(t, installation.directory) };
}

function commandOf({ installation, syslogd }: Field, side: Side, pidfile: string, more: readonly string[]) {
  const conf = ['-C', installation.imapdConf, '-M', installation.cyrusConf, '-p', pidfile];
  return [...syslogd.words, ...MASTERS[side], ...conf, ...more];
}

/** In a session of its own: at its end Cyrus's master signals its whole process group. */
async function start(t: TestContext, it: Field, side: Side, pidfile: string): Promise<void> {
  const [unshare = '', ...words] = commandOf(it, side, pidfile, []);
  const child = spawn(unshare, words, { cwd: it.installation.directory, detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const holder = () => pidOf({ ...it.installation, pidfile });
  // sh becomes the master: the pid stays.
  await until(`${side} in its pidfile`, () => holder() === child.pid && isAlive(holder()));
  it.syslogd.received();
}

/** What the second one ends with. */
async function second(it: Field, side: Side, pidfile: string, more: readonly string[] = []) {
  const [unshare = '', ...words] = commandOf(it, side, pidfile, more);
  const { code, stderr } = await run(unshare, words, it.installation.directory);
  const lines = it.syslogd.received().map((line) => line.replace(/^(<\d+>).*?master\[\d+\]: /, '$1'));
  return { code, stderr, lines };
}

const HELD = '<18>cannot get exclusive lock on pidfile (is another master still running?)';

describe('on one pidfile', { skip }, () => {
  for (const [first, other] of [
    ['cyrus', 'ours'],
    ['ours', 'cyrus'],
    ['ours', 'ours'],
  ] as const) {
    test(`${first} runs: ${other} ends with 71, in the foreground and with -d, and the first goes on`, async (t) => {
      const it = field(t);
      const { pidfile } = it.installation;
      await start(t, it, first, pidfile);
      const before = readFileSync(pidfile, 'utf8');
      for (const mode of [[], ['-d']]) {
        const { code, lines } = await second(it, other, pidfile, mode);
        assert.equal(code, 71);
        assert.ok(lines.includes(HELD), lines.join('\n'));
        assert.ok(lines.includes('<21>exiting'), lines.join('\n'));
      }
      assert.equal(readFileSync(pidfile, 'utf8'), before);
      assert.ok(isAlive(pidOf(it.installation)));
    });

    test(`${first} is starting: ${other} with -d ends with 75`, async (t) => {
      const it = field(t);
      const { pidfile } = it.installation;
      // The lock of a master that is starting, here for as long as the test wants it.
      await start(t, it, first, `${pidfile}.lock`);
      const { code, lines } = await second(it, other, pidfile, ['-d']);
      assert.equal(code, 75);
      const [last = ''] = lines.slice(-1);
      assert.equal(last, `<19>can't get exclusive lock on ${pidfile}.lock`);
      assert.equal(existsSync(pidfile), false);
    });
  }
});
