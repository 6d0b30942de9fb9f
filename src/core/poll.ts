// Stage 1: waits until something happens or the deadline comes. The retry of an interrupted poll stays in this one
// small loop: whatever poll says, the turn goes on, and messages are read (the incident that started this project:
// Cyrus 2.5 went back to the top of its loop, and never read them).

import { count, type Master, tell } from './master.ts';

/** Interruptions of one poll after which the turn goes on as if the time were up. */
export const INTERRUPTS_PER_POLL_MAX = 16;

const POLL_FAILED_PAUSE_MS = 100;

/** Waits; returns when something is readable, the deadline has come, or it was interrupted too often. */
export function waitForWork(master: Master): void {
  const { os, interest } = master;
  let interruptions = 0;
  for (;;) {
    // After the first interruption the retry looks and does not wait: what is ready is found, and nothing can be
    // waited for while signals rain.
    const timeoutMs = interruptions > 0 ? 0 : Math.max(0, interest.deadline - os.now());
    const outcome = os.poll(interest.fds, timeoutMs);
    if (outcome.kind === 'interrupted' && interruptions < INTERRUPTS_PER_POLL_MAX) {
      interruptions += 1;
      continue;
    }
    if (outcome.kind === 'failed') pause(master, outcome.errno);
    const readable = outcome.kind === 'ready' ? outcome.fds : [];
    master.polled = { readable, complete: outcome.kind === 'ready' || outcome.kind === 'timeout' };
    if (readable.includes(os.wakeFd)) os.clearWake();
    if (interruptions > 0) report(master, interruptions, outcome.kind === 'interrupted');
    return;
  }
}

/** ENOMEM, or a limit of descriptors lowered from outside: the loop must neither end nor spin. */
function pause(master: Master, errno: string): void {
  tell(master, { kind: 'poll-failed', errno });
  master.os.poll([], POLL_FAILED_PAUSE_MS);
}

function report(master: Master, times: number, gaveUp: boolean): void {
  count(master, 'interruptions', times);
  if (gaveUp) count(master, 'pollGivenUp');
  tell(master, { kind: 'interrupted', times, gaveUp });
}
