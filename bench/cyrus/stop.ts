// `cyrus-stop`: SIGTERM with clients in the accept queue. Cyrus's master has its signals unblocked only inside pselect,
// which returns at once while a listener is readable.

import { setTimeout as delay } from 'node:timers/promises';
import { benchmark } from '../lib/benchmark.ts';
import { burst } from '../lib/burst.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import type { Both } from './medians.ts';
import { type Side, startSide, stopSide } from './sides.ts';

const MAXCHILD = 5;
const CLIENTS = 30;
const BACKLOG = 1_024;
const QUEUED_AFTER_MS = 3_000;
/** Longer than it takes to give up on the master. */
const CLIENTS_STAY_MS = 60_000;
const WATCHED_MS = 2_000;

export interface Stopped {
  readonly ended: boolean;
  readonly afterMs: number;
  /** Of one processor, while maxchild is reached and clients are queued. */
  readonly cpuShareWhileQueued: number;
}

export interface CyrusStop {
  readonly maxchild: number;
  readonly clients: number;
  readonly sides: Both<Stopped>;
}

async function measure(): Promise<CyrusStop> {
  const home = makeCyrusHome();
  try {
    const cyrus = await stopWithQueue('cyrus', home);
    const preforkd = await stopWithQueue('preforkd', home);
    return { maxchild: MAXCHILD, clients: CLIENTS, sides: { cyrus, preforkd } };
  } finally {
    home.dispose();
  }
}

async function stopWithQueue(side: Side, home: CyrusHome): Promise<Stopped> {
  const running = await startSide(side, home, { prefork: 0, backlog: BACKLOG, maxchild: MAXCHILD });
  const { master, port } = running;
  const clients = burst({ port, clients: CLIENTS, session: 'held', limitMs: CLIENTS_STAY_MS });
  await delay(QUEUED_AFTER_MS);
  const before = master.cpuMs();
  await delay(WATCHED_MS);
  const cpuShareWhileQueued = (master.cpuMs() - before) / WATCHED_MS;
  const stopped = await stopSide(running);
  await clients;
  return { ...stopped, cpuShareWhileQueued };
}

await benchmark('cyrus-stop', 'SIGTERM while clients are queued', cyrusMissing(), measure);
