// preforkd-cyrmaster for a test: an imapd.conf, a cyrus.conf without anything of ours and, through PREFORKD_CONFIG, a
// log that the test can read, all in a directory of its own. Ends with the test at the latest. Called by tests only.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { isAlive, LEMMING, ROOT, RunningMaster, run, until } from './harness.ts';

export const CYRMASTER = join(ROOT, 'dist/src/cyrmaster.js');

/** The entry of a service of lemmings. */
export function lemming(settings: string, options = ''): string {
  return `SERVICES {\n  lemming cmd="${LEMMING} ${options}" ${settings}\n}`;
}

export interface Installation {
  readonly directory: string;
  readonly imapdConf: string;
  readonly cyrusConf: string;
  readonly pidfile: string;
  readonly readyFile: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `-C -M -p -r`, all in the directory. */
  readonly words: readonly string[];
  path(name: string): string;
}

/** `imapd`: lines of imapd.conf beside those that every test needs. */
export function install(test: TestContext, cyrusConf: string, imapd: readonly string[] = []): Installation {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-cyrmaster-'));
  const path = (name: string) => join(directory, name);
  mkdirSync(path('conf'));
  const user = imapd.some((line) => line.startsWith('cyrus_user:'))
    ? []
    : [`cyrus_user: ${userInfo().username}`];
  writeFileSync(path('imapd.conf'), [`configdirectory: ${path('conf')}`, ...user, ...imapd, ''].join('\n'));
  writeFileSync(path('cyrus.conf'), `${cyrusConf}\n`);
  const own = 'MASTER {\n  http listen="127.0.0.1:0"\n  log level=trace format=json\n}\n';
  writeFileSync(path('preforkd.conf'), own);
  const installation: Installation = {
    directory,
    imapdConf: path('imapd.conf'),
    cyrusConf: path('cyrus.conf'),
    pidfile: path('master.pid'),
    readyFile: path('master.ready'),
    environment: { PREFORKD_CONFIG: path('preforkd.conf') },
    words: ['-C', 'imapd.conf', '-M', 'cyrus.conf', '-p', 'master.pid', '-r', 'master.ready'],
    path,
  };
  test.after(async () => {
    await endByPidfile(installation);
    rmSync(directory, { recursive: true, force: true });
  });
  return installation;
}

export function pidOf({ pidfile }: Installation): number {
  return existsSync(pidfile) ? Number(readFileSync(pidfile, 'utf8')) : 0;
}

/** A master that nobody here has as a child: -d. */
async function endByPidfile(installation: Installation): Promise<void> {
  const pid = pidOf(installation);
  if (pid === 0 || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  await until('the end of the master', () => !isAlive(pid));
}

/** In the foreground; `words` beside those of the installation. Waits until it serves, unless it is to fail. */
export async function startCyrmaster(
  installation: Installation,
  words: readonly string[] = [],
  { unready = false }: { readonly unready?: boolean } = {},
): Promise<RunningMaster> {
  const { directory, cyrusConf, environment } = installation;
  const child = spawn(process.execPath, [CYRMASTER, ...installation.words, ...words], {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const master = new RunningMaster(directory, cyrusConf, child);
  if (!unready) await master.event('master-ready');
  return master;
}

/** Runs it to the end of what was called: with -d that is when the master is up. */
export function callCyrmaster(
  { directory, environment, words }: Installation,
  more: readonly string[] = [],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return run(process.execPath, [CYRMASTER, ...words, ...more], directory, environment);
}
