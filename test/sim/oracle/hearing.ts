// What children have written and the master has read, by the kernel's account: whose words are known to both, and
// whether the master reads at all. Called after every turn, once for each worker in the books; throws a Violation.

import type { Worker } from '../../../src/core/worker.ts';
import { STATUS_FD, STDERR_FD, STDOUT_FD } from '../../../src/protocol/fds.ts';
import {
  type Child,
  hit,
  type PipeSeen,
  type Truth,
  title,
  turnBeganAt,
  violate,
  wasCutShort,
} from './truth.ts';
import { isCounted, settle } from './words.ts';

const RULE = 'messages-are-read';

/** In the place of a descriptor: its NOTIFY_SOCKET. */
export const NOTIFICATIONS = 0;

export function noPipes(): readonly PipeSeen[] {
  return [NOTIFICATIONS, STDOUT_FD, STDERR_FD, STATUS_FD].map((fd) => ({ fd, written: 0, unread: 0 }));
}

/** Called as it happens. */
export function wroteInto(child: Child, fd: number, bytes: number): void {
  const pipe = child.pipes[fd];
  if (pipe === undefined) return;
  pipe.written += bytes;
  child.heard = true;
}

/** Looks only at those who have said something since the last look, or were not heard out then. */
export function listen(truth: Truth, child: Child, worker: Worker): void {
  if (!child.heard) return;
  child.heard = false;
  // Each of these leaves something for the next turn.
  const excused = hit(truth, 'read-eagain') || wasCutShort(truth);
  for (const pipe of child.pipes) {
    if (pipe.written === 0 && pipe.unread === 0) continue;
    const unread = pipe.fd === NOTIFICATIONS ? child.view.unreadNotifications() : child.view.unread(pipe.fd);
    const read = pipe.unread + pipe.written - unread;
    if (pipe.unread > 0 && read <= 0 && !excused && isOpen(worker, pipe.fd)) notRead(truth, child, pipe);
    pipe.written = 0;
    pipe.unread = unread;
    if (unread > 0) child.heard = true;
    truth.now.unread += unread;
  }
  settleIfRead(truth, child);
}

/** Epoll tells of it as long as something is there, so something was read, whatever poll said. */
function notRead(truth: Truth, { unit, view }: Child, { fd, unread }: PipeSeen): never {
  const where = fd === NOTIFICATIONS ? 'its notify socket' : `its descriptor ${fd}`;
  const what = fd === NOTIFICATIONS ? 'datagrams' : 'bytes';
  violate(
    truth,
    RULE,
    `${title(unit)}: pid ${view.pid} had ${unread} ${what} in ${where} before turn ${truth.turns}, and none was read in it`,
  );
}

/** The core still listens there. */
function isOpen({ channel, outputs }: Worker, fd: number): boolean {
  if (fd === NOTIFICATIONS) return channel.kind === 'notify';
  if (fd === STATUS_FD) return channel.kind === 'status' || channel.kind === 'ok';
  const name = fd === STDOUT_FD ? 'stdout' : 'stderr';
  return outputs.some((output) => output.name === name && output.open);
}

function settleIfRead(truth: Truth, { pipes, words, unit }: Child): void {
  if (words.settled || pipes[NOTIFICATIONS]?.unread !== 0 || pipes[STATUS_FD]?.unread !== 0) return;
  settle(words, truth.kernel.now(), turnBeganAt(truth));
  unit.announces ||= words.announced && isCounted(words);
}
