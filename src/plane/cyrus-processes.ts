// Cyrus's registry of processes: one file per child, named by its pid, in the directory that `cyr_info proc` reads
// (proc_path of imapd.conf). Services write their own line when they have a client; until then, and for EVENTS and
// DAEMONs, which never do, the master does. Fed with facts by the plane. What a crashed child has left is removed:
// Cyrus counts such lines against its limits on logins. Trouble here never reaches the children: it is told and over.

import { chownSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../core/facts.ts';

export interface ProcessRegistry {
  learn(fact: Fact): void;
  /** Removes what was left by processes that live no more: at the start by a master before us, at the end by ours. */
  clear(): void;
}

const DIRECTORY_MODE = 0o755;
const FILE_MODE = 0o644;
/** How far the clock of the file system may be behind the one of the facts. */
const CLOCKS_APART_MS = 1_000;

export function createProcessRegistry(
  procPath: string,
  failed: (reason: string) => void = () => {},
): ProcessRegistry {
  let told = false;
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      if (!told) failed((error as Error).message);
      told = true;
    }
  };
  return {
    learn: (fact) => {
      // START is over before anybody could look (Cyrus's master leaves it out as well).
      if (fact.kind === 'spawned' && fact.owner !== 'start')
        attempt(() => register(procPath, fact.pid, fact.service, fact.at));
      else if (fact.kind === 'exited')
        attempt(() => rmSync(join(procPath, String(fact.pid)), { force: true }));
    },
    clear: () =>
      attempt(() => {
        for (const { name, pid } of entries(procPath)) {
          if (!isAlive(pid)) rmSync(join(procPath, name), { force: true });
        }
      }),
  };
}

/** Service, client, user, mailbox, command: what the master knows is the first. */
function register(procPath: string, pid: number, service: string, spawnedAt: number): void {
  const path = join(procPath, String(pid));
  const line = `${service}\t\t\t\t\n`;
  const found = statSync(path, { throwIfNoEntry: false });
  // The child has been faster: what it says of itself is better. An older line is of one that had this pid before.
  if (found !== undefined && found.mtimeMs > spawnedAt - CLOCKS_APART_MS) return;
  if (found !== undefined) rmSync(path, { force: true });
  try {
    create(path, line);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeDirectory(procPath);
    create(path, line);
  }
}

/** Never over a file that is there, nor through a link: the directory belongs to the workers' user. */
function create(path: string, line: string): void {
  try {
    writeFileSync(path, line, { flag: 'wx', mode: FILE_MODE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Its owner is that of the directory above, so that workers under another user can write there. */
function makeDirectory(path: string): void {
  mkdirSync(path, { mode: DIRECTORY_MODE });
  const { uid, gid } = statSync(dirname(path));
  if (process.geteuid?.() === 0) chownSync(path, uid, gid);
}

/** '4711', and '4711.new' while it is written. */
function entries(procPath: string): { readonly name: string; readonly pid: number }[] {
  let names: string[];
  try {
    names = readdirSync(procPath);
  } catch {
    // Nobody has been registered.
    return [];
  }
  return names.flatMap((name) => {
    const pid = /^([1-9]\d*)(\.new)?$/.exec(name)?.[1];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
