// A process of its own that sends signals to one thread, evenly, so many a second: sending must disturb neither the
// load nor its clocks. Started by signals.ts with pid, thread, signal and rate; tells how many it has sent, and ends when
// told to, when its parent is gone, or when the thread is.

import { signalThread, sleep, sleepExactly } from './tgkill.ts';

/** What crosses to the parent. */
export interface Sent {
  readonly sent: number;
  /** Since the first one. */
  readonly ms: number;
  /** It has ended by itself: the errno of tgkill(2). */
  readonly errno?: number;
}

/** After such a slice the parent's messages are read. */
const SLICE_MS = 20;
/** What was missed for longer than this (we were not scheduled) is not made up for: a burst would be no even storm. */
const CATCH_UP_MS = 5;

const [pid = 0, thread = 0, signal = 0, perSecond = 1] = process.argv.slice(2).map(Number);
const gapMs = 1_000 / perSecond;
const beganAt = performance.now();
let dueAt = beganAt;
let sent = 0;

function tell(errno?: number): void {
  const message: Sent = { sent, ms: performance.now() - beganAt, ...(errno === undefined ? {} : { errno }) };
  if (process.connected) process.send?.(message);
}

function slice(): void {
  const until = performance.now() + SLICE_MS;
  for (let now = performance.now(); now < until; now = performance.now()) {
    if (now < dueAt) {
      sleep(Math.min(dueAt, until) - now);
      continue;
    }
    const errno = signalThread(pid, thread, signal);
    if (errno !== undefined) {
      tell(errno);
      process.disconnect();
      return;
    }
    sent += 1;
    dueAt = Math.max(dueAt + gapMs, now - CATCH_UP_MS);
  }
  tell();
  if (process.connected) setImmediate(slice);
}

sleepExactly();
process.on('message', () => {
  tell();
  process.disconnect();
});
// Ctrl-C goes to the whole group: the parent decides.
process.on('SIGINT', () => {});
slice();
