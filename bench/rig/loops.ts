// The two ways to take an interrupted poll, each around the product's own turn. 'completes' is the product. The other is
// what Cyrus IMAP 2.5.7 did (the Konstanz stall of 2016): back to the top of the loop, past everything that follows. Its
// top did something, too, and so does ours: it collected who had ended, and filled up to prefork by the counts that it
// believed. What it never reached were the messages and the clients. Used by the rig, and on the simulated kernel.

import type { Master } from '../../src/core/master.ts';
import { EPOLL_EVENTS_PER_TURN_MAX } from '../../src/core/messages.ts';
import { reap } from '../../src/core/reap.ts';
import type { SpawnPolicy } from '../../src/core/spawn-policy.ts';
import { spawnWorkers } from '../../src/core/spawner.ts';
import { turn } from '../../src/core/supervisor.ts';
import { partOfTag, serialOfTag, TAG } from '../../src/core/worker.ts';
import type { Os } from '../../src/os/os.ts';
import type { LoopName } from './order.ts';

class Restart extends Error {}

/** The port as the loop sees it, and the loop around it: `once` begins one turn; false when the master has stopped. */
export interface Loop {
  readonly os: Os;
  once(master: Master): boolean;
}

export const LOOPS: Readonly<Record<LoopName, (os: Os) => Loop>> = {
  completes: (os) => ({ os, once: turn }),
  'restarts-when-interrupted': (os) => ({ os: throwing(os), once: orRestart }),
};

function throwing(os: Os): Os {
  return {
    ...os,
    poll: (fds, timeoutMs) => {
      const outcome = os.poll(fds, timeoutMs);
      // A pause of the core waits for nothing and has nothing to go back to.
      if (outcome.kind === 'interrupted' && fds.length > 0) throw new Restart();
      return outcome;
    },
  };
}

function orRestart(master: Master): boolean {
  try {
    return turn(master);
  } catch (error) {
    if (!(error instanceof Restart)) throw error;
    top(master);
    return true;
  }
}

/** The only work that an interrupted loop of Cyrus still did. */
function top(master: Master): void {
  const { os, roster } = master;
  master.now = os.now();
  for (const tag of os.epollReady(EPOLL_EVENTS_PER_TURN_MAX)) {
    const worker = roster.get(serialOfTag(tag));
    if (worker !== undefined && partOfTag(tag) === TAG.exit) reap(master, worker);
  }
  // A view of the master with another policy: all that it changes is the master's own.
  spawnWorkers(Object.create(master, { policy: { value: refillOnly(master.policy) } }) as Master);
}

/** As if nobody were queued: clients were looked for after the select, and only there. */
function refillOnly(policy: SpawnPolicy): SpawnPolicy {
  return (figures) => policy({ ...figures, queue: 0 });
}
