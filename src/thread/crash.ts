// The last duty of a supervisor thread that has contradicted itself: say what the state was, and leave no worker
// behind. It trusts nothing but the roster and the port; a second error here must not hide the first.

import type { Master } from '../core/master.ts';
import { snapshot } from '../core/status.ts';
import type { Worker } from '../core/worker.ts';

const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** The snapshot as JSON, or why there is none. */
export function dumpState(master: Master): string {
  try {
    return JSON.stringify(snapshot(master));
  } catch (error) {
    return `no state: ${String(error)}`;
  }
}

/** SIGTERM to every worker, SIGKILL to those that stay, and each is waited for. */
export function endAllWorkers(master: Master): void {
  const left = new Set<Worker>(master.roster.all());
  for (const { pidfd } of left) quietly(() => master.os.signal(pidfd, 'SIGTERM'));
  waitFor(master, left, GRACE_MS);
  for (const { pidfd, pid } of left) {
    quietly(() => master.os.signalGroup(pid, 'SIGKILL'));
    quietly(() => master.os.signal(pidfd, 'SIGKILL'));
  }
  waitFor(master, left, GRACE_MS);
  // What START left serves nobody now, and the next master starts another.
  for (const { pidfd } of master.leftBehind.flatMap(({ members }) => members)) {
    quietly(() => master.os.signal(pidfd, 'SIGTERM'));
  }
}

function waitFor(master: Master, left: Set<Worker>, limitMs: number): void {
  const deadline = master.os.now() + limitMs;
  while (left.size > 0 && master.os.now() < deadline) {
    for (const worker of left) {
      quietly(() => {
        if (master.os.wait(worker.pidfd).kind !== 'running') left.delete(worker);
      });
    }
    if (left.size > 0) master.os.poll([], LOOK_EVERY_MS);
  }
}

function quietly(action: () => unknown): void {
  try {
    action();
  } catch {
    // What has gone wrong is reported already; here only the others still count.
  }
}
