// preforkd as the master of a private Cyrus: started as the user cyrus, on a plain cyrus.conf as Cyrus's own master would
// be, or with a section MASTER where a test needs metrics. And the reckoning at a rest: what `preforkd status --json` lists
// is, pid by pid, what the kernel says that the master has as children.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { asUser } from '../../../bench/setup/masters.ts';
import type { ServiceStatus, Status } from '../../../src/plane/status.ts';
import { PREFORKD, RunningMaster, run, startMaster, until } from '../harness.ts';
import { services } from '../reckoning.ts';
import type { TestHome } from './home.ts';

export interface CyrusMaster {
  readonly master: RunningMaster;
  readonly controlSocket: string;
}

/** `preforkd run` on a cyrus.conf without anything of ours in it. */
export async function startPlain(home: TestHome, file: string): Promise<CyrusMaster> {
  const words = [...asUser(home.user), process.execPath, PREFORKD, 'run', file];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: home.directory,
    // Where the run directory of an ordinary user is.
    env: { ...process.env, XDG_RUNTIME_DIR: home.directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const master = new RunningMaster(home.directory, file, child);
  home.beforeRemoval(() => stopForGood(master));
  await master.event('master-ready');
  return { master, controlSocket: join(home.directory, 'preforkd/control/control.sock') };
}

/** imapd at a port that the kernel chooses, with these keys; and what else the file is to have. */
export async function startImapd(
  test: TestContext,
  home: TestHome,
  keys: string,
  sections = '',
): Promise<CyrusMaster> {
  const imapd = services(`imap cmd="${home.command('imapd', '-U 30')}" listen="127.0.0.1:0" ${keys}`);
  const { directory, user } = home;
  const options = { directory, wrapper: asUser(user), logLevel: 'info' };
  const master = await startMaster(test, `${imapd}\n${sections}`, options);
  home.beforeRemoval(() => stopForGood(master));
  return { master, controlSocket: join(directory, 'run/control/control.sock') };
}

async function stopForGood(master: RunningMaster): Promise<void> {
  for (const client of master.clients) client.socket.destroy();
  await master.stop();
}

export async function statusOf({ master, controlSocket }: CyrusMaster): Promise<Status> {
  const words = [PREFORKD, 'status', '--json', '--socket', controlSocket];
  const { code, stdout, stderr } = await run(process.execPath, words, '/');
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
