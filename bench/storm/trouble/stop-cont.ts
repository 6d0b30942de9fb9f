// --stop-cont: stops the master as a whole (SIGSTOP), and lets it go on after a while (SIGCONT): a machine that swaps, a
// debugger, a hypervisor that was busy elsewhere. However the storm ends, the master is not left stopped.

import { err, ok } from '../../../src/lib/result.ts';
import { sendTo } from './send.ts';
import type { Made, Tell, TroubleWishes, Victim } from './trouble.ts';

export function stopAndContinue(
  { everyMs, forMs }: NonNullable<TroubleWishes['stopCont']>,
  { pid }: Victim,
  tell: Tell,
): Made {
  if (forMs >= everyMs) return err('--stop-cont: for= must be shorter than every=');
  let stops = 0;
  let stopped = false;
  let waking: NodeJS.Timeout | undefined;
  const wake = () => {
    clearTimeout(waking);
    if (!stopped) return;
    stopped = false;
    sendTo(pid, 'SIGCONT');
    tell('continue', 'the master goes on');
  };
  const timer = setInterval(() => {
    if (!sendTo(pid, 'SIGSTOP')) return;
    stopped = true;
    stops += 1;
    tell('stop', 'the master is stopped');
    waking = setTimeout(wake, forMs);
  }, everyMs);
  process.on('exit', wake);
  return ok({
    report: () => ({
      kind: 'stop-cont',
      text: `stopped ${stops} times, for ${forMs} ms each`,
      figures: { stops, forMs },
    }),
    stop: async () => {
      clearInterval(timer);
      process.off('exit', wake);
      wake();
    },
  });
}
