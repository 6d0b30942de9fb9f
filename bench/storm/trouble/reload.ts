// --reload: makes the master read its configuration again, at every interval, while the load runs: through its control
// socket, waiting for the outcome, or by SIGHUP when only the process is known. Never two at a time.

import { ok } from '../../../src/lib/result.ts';
import { askVictim } from './ask.ts';
import { sendTo } from './send.ts';
import type { Made, Tell, TroubleWishes, Victim } from './trouble.ts';

export function reloadOften(
  { everyMs }: NonNullable<TroubleWishes['reload']>,
  { pid, socket }: Victim,
  tell: Tell,
): Made {
  let done = 0;
  let failed = 0;
  let longestMs = 0;
  let underWay: Promise<void> | undefined;
  const reload = async () => {
    const beganAt = performance.now();
    const answer =
      socket === undefined
        ? { ok: sendTo(pid, 'SIGHUP') }
        : await askVictim(socket, { verb: 'reload', args: { wait: true } });
    if (answer?.ok === true) done += 1;
    else failed += 1;
    longestMs = Math.max(longestMs, performance.now() - beganAt);
    tell('reload', answer?.ok === true ? 'reloaded' : 'a reload failed');
  };
  const timer = setInterval(() => {
    underWay ??= reload().finally(() => {
      underWay = undefined;
    });
  }, everyMs);
  return ok({
    report: () => ({
      kind: 'reload',
      text: `${done} done, ${failed} failed, the longest took ${Math.round(longestMs)} ms`,
      figures: { done, failed, longestMs },
    }),
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  });
}
