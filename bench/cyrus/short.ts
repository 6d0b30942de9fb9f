// `cyrus-short`: 500 clients that say goodbye at once, at Debian's Cyrus master and at preforkd, with the same imapd. Who
// starts a worker for each of them makes all of them slower; few workers, reused, are quicker.

import { benchmark, progress } from '../lib/benchmark.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import { type Measured, measureBurst } from './measure.ts';
import { type Both, bothMedians } from './medians.ts';
import { SIDES } from './sides.ts';

const CLIENTS = 500;
const PREFORKS = [0, 5] as const;
const ROUNDS = 7;
const BACKLOG = 1_024;
const LIMIT_MS = 60_000;

export interface CyrusShort {
  readonly clients: number;
  readonly rounds: number;
  readonly rows: readonly { readonly prefork: number; readonly sides: Both<Measured> }[];
  /** Ours at its slower setting to Cyrus's at its quicker one. */
  readonly worstToBest: number;
}

async function measure(): Promise<CyrusShort> {
  const home = makeCyrusHome();
  try {
    const rows = await rounds(home);
    const last = (side: (typeof SIDES)[number]) => rows.map(({ sides }) => sides[side].lastMs);
    return {
      clients: CLIENTS,
      rounds: ROUNDS,
      rows,
      worstToBest: Math.max(...last('preforkd')) / Math.min(...last('cyrus')),
    };
  } finally {
    home.dispose();
  }
}

async function rounds(home: CyrusHome): Promise<CyrusShort['rows']> {
  const all = PREFORKS.map((prefork) => ({ prefork, cyrus: [] as Measured[], preforkd: [] as Measured[] }));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const runs of all) {
      for (const side of SIDES) {
        const load = { clients: CLIENTS, session: 'short', limitMs: LIMIT_MS } as const;
        const options = { prefork: runs.prefork, backlog: BACKLOG };
        runs[side].push(await measureBurst(side, home, options, load));
      }
    }
    progress(`short sessions: round ${round} of ${ROUNDS}`);
  }
  return all.map((runs) => ({ prefork: runs.prefork, sides: bothMedians(runs) }));
}

await benchmark(
  'cyrus-short',
  'short sessions on imapd: Debian Cyrus master (C) and preforkd',
  cyrusMissing(),
  measure,
);
