// --kill: at every interval each worker of the service is killed (SIGKILL) with the given chance, drawn from the seed.
// Only processes that are children of the master at that moment: a pid from elsewhere could be anybody's.

import type { Entropy } from '../../../src/lib/entropy.ts';
import { ok } from '../../../src/lib/result.ts';
import { countText } from '../../../src/lib/text.ts';
import type { Status } from '../../../src/plane/status.ts';
import { childrenOf } from '../watch/proc.ts';
import { askVictim } from './ask.ts';
import { sendTo } from './send.ts';
import type { Made, Tell, TroubleWishes, Victim } from './trouble.ts';

export function killWorkers(
  { share, everyMs }: NonNullable<TroubleWishes['kill']>,
  victim: Victim,
  chances: Entropy,
  tell: Tell,
): Made {
  let killed = 0;
  let rounds = 0;
  let underWay: Promise<void> | undefined;
  const round = async () => {
    const condemned = (await workersOf(victim)).filter(() => chances.chance(share));
    const dead = condemned.filter((pid) => sendTo(pid, 'SIGKILL'));
    rounds += 1;
    killed += dead.length;
    if (dead.length > 0) tell('kill', `${countText(dead.length, 'worker')} killed`);
  };
  const timer = setInterval(() => {
    underWay ??= round().finally(() => {
      underWay = undefined;
    });
  }, everyMs);
  return ok({
    report: () => ({
      kind: 'kill',
      text: `${countText(killed, 'worker')} killed in ${countText(rounds, 'round')}`,
      figures: { killed, rounds },
    }),
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  });
}

/** Those of the service at the target, when the master can tell; else all that it has started. */
async function workersOf(victim: Victim): Promise<readonly number[]> {
  const { pid, socket, service } = victim;
  const children = childrenOf(pid);
  if (socket === undefined || service === undefined) return children;
  const answer = await askVictim(socket, { verb: 'status' });
  if (answer === undefined || !answer.ok) return [];
  const ours = new Set(children);
  return (answer.data as Status).services
    .filter(({ name, family }) => name === service.service && (service.family ?? family) === family)
    .flatMap(({ workers }) => workers.map((worker) => worker.pid))
    .filter((worker) => ours.has(worker));
}
