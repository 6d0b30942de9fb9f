// preforkd-cyrmaster as the master of a private Cyrus: started by root with the words of Cyrus's own master, on a plain
// cyrus.conf; it becomes the user of imapd.conf by itself. What only a test wants (metrics, a log to read) comes through
// PREFORKD_CONFIG. And the reckoning at a rest: what `preforkd status --json` lists is, pid by pid, what the kernel says that
// the master has as children.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ServiceStatus, Status } from '../../../src/plane/status.ts';
import { CYRMASTER } from '../cyrmaster-support.ts';
import { configuration, RunningMaster, until } from '../harness.ts';
import { services } from '../reckoning.ts';
import type { TestHome } from './home.ts';

export interface CyrusMaster {
  readonly master: RunningMaster;
}

/** On a cyrus.conf without anything of ours in it. */
export async function startPlain(
  home: TestHome,
  file: string,
  logLevel: 'trace' | 'info' = 'trace',
): Promise<CyrusMaster> {
  const { directory, imapdConf } = home;
  const own = home.configure('preforkd.conf', configuration(directory, '', { logLevel }));
  const words = ['-C', imapdConf, '-M', file, '-p', join(directory, 'master.pid')];
  const child = spawn(process.execPath, [CYRMASTER, ...words], {
    cwd: directory,
    env: { ...process.env, PREFORKD_CONFIG: own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The verbs of preforkd find the control socket in our own file.
  const master = new RunningMaster(directory, own, child);
  home.beforeRemoval(() => stopForGood(master));
  await master.event('master-ready');
  return { master };
}

/** imapd at a port that the kernel chooses, with these keys; and what else the file is to have. */
export function startImapd(home: TestHome, keys: string, sections = ''): Promise<CyrusMaster> {
  const imapd = services(`imap cmd="${home.command('imapd', '-U 30')}" listen="127.0.0.1:0" ${keys}`);
  return startPlain(home, home.configure('cyrus.conf', `${imapd}\n${sections}\n`), 'info');
}

async function stopForGood(master: RunningMaster): Promise<void> {
  for (const client of master.clients) client.socket.destroy();
  await master.stop();
}

export async function statusOf({ master }: CyrusMaster): Promise<Status> {
  const { code, stdout, stderr } = await master.cli('status', '--json');
  assert.equal(code, 0, `${stderr}\n${master.explain()}`);
  return JSON.parse(stdout) as Status;
}
export function serviceOf(status: Status, name: string): ServiceStatus {
  const found = status.services.find((service) => service.name === name);
  assert.ok(found, `no service ${name}`);
  return found;
}

/** Waits for a status in which nobody is queued, on the way up or leaving, and whose pids are the process table's. */
export async function restIsExact(cyrus: CyrusMaster): Promise<Status> {
  let last = '';
  const look = async () => {
    const status = await statusOf(cyrus);
    const workers = status.services.flatMap((service) => service.workers);
    const listed = [...workers.map(({ pid }) => pid), ...status.events.flatMap(({ running }) => running)];
    const kernel = cyrus.master.children();
    last = `the status lists ${sorted(listed)}; the kernel ${sorted(kernel)}\n${summary(status)}`;
    return isAtRest(status) && sorted(listed) === sorted(kernel) ? status : undefined;
  };
  const what = 'a rest, and a ledger that equals the process table';
  return until(what, look, () => `${last}\n${cyrus.master.explain()}`);
}

function isAtRest({ services: all }: Status): boolean {
  return all.every(({ queue, starting, draining }) => queue === 0 && starting === 0 && draining === 0);
}

function sorted(pids: readonly number[]): string {
  return [...pids].sort((one, other) => one - other).join(' ');
}

function summary({ services: all }: Status): string {
  return all.map(({ name, why }) => `${name}: ${why}`).join('\n');
}
