// `cyrus-held`: bursts of clients that stay, at Debian's Cyrus master and at preforkd, with the same imapd: every client
// needs a worker of its own. How long until each is greeted, and what a fork costs the master.

import { benchmark, progress } from '../lib/benchmark.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import { type Measured, measureBurst } from './measure.ts';
import { type Both, bothMedians, ratioOf } from './medians.ts';
import { SIDES } from './sides.ts';

const CLIENTS = [50, 100, 200, 500] as const;
const PREFORKS = [0, 5] as const;
const ROUNDS = 3;
const BACKLOG = 1_024;
const LIMIT_MS = 60_000;

export interface HeldRow {
  readonly clients: number;
  readonly prefork: number;
  readonly sides: Both<Measured>;
  /** Ours to Cyrus's: time until the last greeting, and CPU of the master per fork. */
  readonly lastRatio: number;
  readonly cpuPerForkRatio: number;
}

export interface CyrusHeld {
  readonly rounds: number;
  readonly backlog: number;
  readonly rows: readonly HeldRow[];
}

async function measure(): Promise<CyrusHeld> {
  const home = makeCyrusHome();
  try {
    const rows: HeldRow[] = [];
    for (const prefork of PREFORKS) {
      for (const clients of CLIENTS) rows.push(await row(home, clients, prefork));
    }
    return { rounds: ROUNDS, backlog: BACKLOG, rows };
  } finally {
    home.dispose();
  }
}

async function row(home: CyrusHome, clients: number, prefork: number): Promise<HeldRow> {
  const all: Record<(typeof SIDES)[number], Measured[]> = { cyrus: [], preforkd: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of SIDES) {
      const options = { prefork, backlog: BACKLOG };
      const load = { clients, session: 'held', limitMs: LIMIT_MS } as const;
      all[side].push(await measureBurst(side, home, options, load));
    }
  }
  const sides = bothMedians(all);
  const lastRatio = ratioOf(sides, ({ lastMs }) => lastMs);
  const cpuPerForkRatio = ratioOf(sides, ({ masterCpuMs, forks }) => masterCpuMs / forks);
  progress(`${clients} held, prefork=${prefork}: ${lastRatio.toFixed(2)} of Cyrus's time until the last`);
  return { clients, prefork, sides, lastRatio, cpuPerForkRatio };
}

await benchmark(
  'cyrus-held',
  'bursts of held connections on imapd: Debian Cyrus master (C) and preforkd',
  cyrusMissing(),
  measure,
);
