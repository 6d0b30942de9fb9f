// The two ways to take an interrupted poll, each around the product's own turn. 'completes' is the product. The other is
// what Cyrus IMAP 2.5.7 did (the Konstanz stall of 2016): back to the top of the loop, past everything that follows.
// Its own top did a little more than ours (it collected exits and filled up to prefork there), but what it never
// reached were the messages and the clients.

import type { Master } from '../../src/core/master.ts';
import { turn } from '../../src/core/supervisor.ts';
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
    if (error instanceof Restart) return true;
    throw error;
  }
}
