// `cyrus-reload`: a SIGHUP in the middle of a burst, with twenty workers just started. A worker that has not yet set its
// handlers dies of the signal; who counts that as a failure disables the service.

import { setTimeout as delay } from 'node:timers/promises';
import { benchmark, progress } from '../lib/benchmark.ts';
import { burst } from '../lib/burst.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import type { Both } from './medians.ts';
import { SIDES, type Side, startSide, stopSide } from './sides.ts';

const PREFORK = 20;
const CLIENTS = 60;
const BACKLOG = 1_024;
const ROUNDS = 3;
/** While the first workers of the burst are starting. */
const RELOAD_AFTER_MS = 25;
const LIMIT_MS = 15_000;
const LATER_MS = 1_000;
const LATER_LIMIT_MS = 10_000;

export interface Reloaded {
  /** Over all rounds. */
  readonly neverGreeted: number;
  /** Rounds after which a single client was not served any more. */
  readonly dead: number;
}

export interface CyrusReload {
  readonly prefork: number;
  readonly clients: number;
  readonly rounds: number;
  readonly sides: Both<Reloaded>;
}

async function measure(): Promise<CyrusReload> {
  const home = makeCyrusHome();
  try {
    const sum = { cyrus: { neverGreeted: 0, dead: 0 }, preforkd: { neverGreeted: 0, dead: 0 } };
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const side of SIDES) {
        const { neverGreeted, dead } = await reloadInBurst(side, home);
        sum[side].neverGreeted += neverGreeted;
        sum[side].dead += dead;
      }
      progress(`reload in a burst: round ${round} of ${ROUNDS}`);
    }
    return { prefork: PREFORK, clients: CLIENTS, rounds: ROUNDS, sides: sum };
  } finally {
    home.dispose();
  }
}

async function reloadInBurst(side: Side, home: CyrusHome): Promise<Reloaded> {
  // At once, with the prefork workers on their way up: that is the moment in which a reload is dangerous.
  const running = await startSide(side, home, { prefork: PREFORK, backlog: BACKLOG });
  const { master, port } = running;
  try {
    const clients = burst({ port, clients: CLIENTS, session: 'held', limitMs: LIMIT_MS });
    await delay(RELOAD_AFTER_MS);
    master.signal('SIGHUP');
    const { neverGreeted } = await clients;
    await delay(LATER_MS);
    const later = await burst({ port, clients: 1, session: 'short', limitMs: LATER_LIMIT_MS });
    return { neverGreeted, dead: later.neverGreeted };
  } finally {
    await stopSide(running);
  }
}

await benchmark('cyrus-reload', 'a reload in the middle of a burst', cyrusMissing(), measure);
