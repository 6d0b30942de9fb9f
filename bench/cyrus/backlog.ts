// `cyrus-backlog`: one burst against each master's own default of the listen backlog: 32 at Cyrus, what the kernel allows
// at preforkd. With SYN cookies a client whose last ACK found the queue full believes that it is connected, and waits
// for a server that speaks first and knows nothing of it.

import { benchmark } from '../lib/benchmark.ts';
import { cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import { type Measured, measureBurst } from './measure.ts';
import { type Both, bothMedians } from './medians.ts';

const CLIENTS = 100;
const ROUNDS = 2;
/** A client that is served at all is served within seconds. */
const LIMIT_MS = 30_000;
const DEFAULTS = { cyrus: 32, preforkd: 4_096 } as const;

export interface CyrusBacklog {
  readonly clients: number;
  readonly limitMs: number;
  readonly backlog: Both<number>;
  readonly sides: Both<Measured>;
}

async function measure(): Promise<CyrusBacklog> {
  const home = makeCyrusHome();
  try {
    const runs = { cyrus: [] as Measured[], preforkd: [] as Measured[] };
    const load = { clients: CLIENTS, session: 'held', limitMs: LIMIT_MS } as const;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const side of ['cyrus', 'preforkd'] as const) {
        runs[side].push(await measureBurst(side, home, { prefork: 0, backlog: DEFAULTS[side] }, load));
      }
    }
    return { clients: CLIENTS, limitMs: LIMIT_MS, backlog: DEFAULTS, sides: bothMedians(runs) };
  } finally {
    home.dispose();
  }
}

await benchmark(
  'cyrus-backlog',
  "a burst of held connections against each master's default backlog",
  cyrusMissing(),
  measure,
);
