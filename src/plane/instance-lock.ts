// One master per run directory: an abstract unix socket, bound for life, whose name is made from the directory and
// our uid. The kernel releases it however we die, so there is nothing stale to clean; whoever connects is told our
// pid. Taken by wiring before anything in the run directory is touched. (Abstract names belong to the network
// namespace: masters in two of them must not share a run directory.)

import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const ANSWER_TIMEOUT_MS = 1_000;
const ASKERS_MAX = 16;

export type LockOutcome =
  | { readonly kind: 'taken'; readonly lock: InstanceLock }
  /** `pid` is what the holder says; undefined when it does not answer. */
  | { readonly kind: 'held'; readonly pid: number | undefined };

export interface InstanceLock {
  release(): void;
}

export const PID_FILE = 'preforkd.pid';

/** `directory` is a real path: two ways to write it must not make two locks. */
export async function takeInstanceLock(directory: string): Promise<LockOutcome> {
  const name = lockName(directory);
  const server = createServer((asker) => {
    asker.on('error', () => asker.destroy());
    asker.end(`${process.pid}\n`);
  });
  server.maxConnections = ASKERS_MAX;
  server.unref();
  const bound = await bind(server, name);
  if (!bound) return { kind: 'held', pid: await askHolder(name) };
  // For people and scripts. Nobody of ours trusts it.
  const pidFile = join(directory, PID_FILE);
  rmSync(pidFile, { force: true });
  writeFileSync(pidFile, `${process.pid}\n`, { flag: 'wx', mode: 0o644 });
  return {
    kind: 'taken',
    lock: {
      release: () => {
        rmSync(pidFile, { force: true });
        server.close();
      },
    },
  };
}

/** A leading NUL makes the name abstract (unix(7)). */
function lockName(directory: string): string {
  const digest = createHash('sha256')
    .update(`${process.getuid?.() ?? 0}:${directory}`)
    .digest('hex')
    .slice(0, 32);
  return `\0preforkd-${digest}`;
}

function bind(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(name, () => resolve(true));
  });
}

function askHolder(name: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(name);
    const finish = () => {
      socket.destroy();
      const pid = Number.parseInt(text, 10);
      resolve(Number.isInteger(pid) && pid > 0 ? pid : undefined);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, finish);
    socket.on('data', (data) => {
      text = (text + data.toString('latin1')).slice(0, 32);
    });
    socket.on('end', finish);
    socket.on('error', finish);
  });
}
