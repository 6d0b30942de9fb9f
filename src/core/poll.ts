// Stage 1: waits until something happens or the deadline comes. The retry of an interrupted poll stays in this one
// small loop: whatever poll says, the turn goes on, and messages are read (the incident that started this project:
// Cyrus 2.5 went back to the top of its loop, and never read them).

import { count, type Master, tell } from './master.ts';

/** Interruptions of one poll after which the turn goes on as if the time were up. */
export const INTERRUPTS_PER_POLL_MAX = 16;

const POLL_FAILED_PAUSE_MS = 100;
/** While signals rain, every turn is interrupted: they are told in sums, or the log would drown the plane. */
const TOLD_EVERY_MS = 1_000;

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
    if (interruptions > 0) book(master, interruptions, outcome.kind === 'interrupted');
    const readable = outcome.kind === 'ready' ? outcome.fds : [];
    master.polled = { readable, complete: outcome.kind === 'ready' || outcome.kind === 'timeout' };
    if (readable.includes(os.wakeFd)) os.clearWake();
    report(master);
    return;
  }
}

/** ENOMEM, or a limit of descriptors lowered from outside: the loop must neither end nor spin. */
function pause(master: Master, errno: string): void {
  const { os, pollTrouble } = master;
  const now = os.now();
  if (now >= pollTrouble.failureToldAt + TOLD_EVERY_MS) {
    pollTrouble.failureToldAt = now;
    tell(master, { kind: 'poll-failed', errno });
  }
  os.poll([], POLL_FAILED_PAUSE_MS);
}

function book(master: Master, times: number, gaveUp: boolean): void {
  count(master, 'interruptions', times);
  if (gaveUp) count(master, 'pollGivenUp');
  master.pollTrouble.times += times;
  if (gaveUp) master.pollTrouble.gaveUp += 1;
}

/** The first interruption at once, and from then on what has come together. */
function report(master: Master): void {
  const { os, pollTrouble } = master;
  const { times, gaveUp } = pollTrouble;
  if (times === 0) return;
  const now = os.now();
  if (now < pollTrouble.toldAt + TOLD_EVERY_MS) return;
  pollTrouble.toldAt = now;
  pollTrouble.times = 0;
  pollTrouble.gaveUp = 0;
  tell(master, { kind: 'interrupted', times, gaveUp });
}
