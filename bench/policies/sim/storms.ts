// The storms that every policy gets, the same by the same seed: who comes when, and for how long. Called by world.ts.

import type { Entropy } from '../../../src/lib/entropy.ts';
import type { Address } from '../../../src/os/os.ts';
import { arrivals } from '../../../src/os/sim/arrivals.ts';
import { type ClientResult, clientProgram } from '../../../src/os/sim/clients.ts';
import type { SimKernel } from '../../../src/os/sim/options.ts';
import { arrivalTimes } from '../../storm/load/shapes.ts';

export interface SimStorm {
  readonly name: string;
  readonly says: string;
  readonly clients: number;
  readonly prefork: number;
  readonly backlog: number;
  /** From its begin; who has not been greeted then never is. */
  readonly limitMs: number;
  /** They stay: it is over when all are greeted, and not when all have left. */
  readonly held: boolean;
  /** The one figure by which policies are ranked in it. */
  readonly judged: 'lastGreetingMs' | 'lastOverMs' | 'p99Ms';
  readonly send: (scene: Scene) => void;
}

export interface Scene {
  readonly kernel: SimKernel;
  readonly entropy: Entropy;
  readonly address: Address;
  readonly fromMs: number;
  readonly report: (result: ClientResult) => void;
}

const HELD_MS = 3_600_000;
const PATIENT_MS = 3_600_000;
const MORNING_MS = 20_000;
const MORNING_SESSION_MEAN_MS = 2_000;
const RETURNS_MAX = 8;
/** Before a client of the reconnect storm gives up and comes back. */
const IMPATIENT_MS = 2_000;
const RECONNECTED_MS = 20_000;

const BURST = { backlog: 1_024, limitMs: 60_000 };

export const STORMS: readonly SimStorm[] = [
  held('held-0', 0),
  held('held-5', 5),
  short('short-0', 0),
  short('short-5', 5),
  {
    ...BURST,
    name: 'morning',
    says: 'a morning peak: 1,200 sessions of 2 s on average within 20 s, prefork 5',
    clients: 1_200,
    prefork: 5,
    limitMs: 2 * MORNING_MS,
    held: false,
    judged: 'p99Ms',
    send: morning(1_200),
  },
  {
    name: 'reconnect',
    says: 'a reconnect storm: 300 clients at a backlog of 128, each gives up after 2 s and comes back, prefork 5',
    clients: 300,
    prefork: 5,
    backlog: 128,
    limitMs: 120_000,
    held: false,
    judged: 'lastGreetingMs',
    send: crowd({ clients: 300, patienceMs: IMPATIENT_MS, holdMs: RECONNECTED_MS, returnsMost: RETURNS_MAX }),
  },
];

function held(name: string, prefork: number): SimStorm {
  return {
    ...BURST,
    name,
    says: `a burst of 200 clients who stay, prefork ${prefork}`,
    clients: 200,
    prefork,
    held: true,
    judged: 'lastGreetingMs',
    send: crowd({ clients: 200, patienceMs: PATIENT_MS, holdMs: HELD_MS, returnsMost: 0 }),
  };
}

function short(name: string, prefork: number): SimStorm {
  return {
    ...BURST,
    name,
    says: `a burst of 500 clients who leave at once, prefork ${prefork}`,
    clients: 500,
    prefork,
    held: false,
    judged: 'lastOverMs',
    send: crowd({ clients: 500, patienceMs: PATIENT_MS, holdMs: 0, returnsMost: 0 }),
  };
}

interface Crowd {
  readonly clients: number;
  readonly patienceMs: number;
  readonly holdMs: number;
  readonly returnsMost: number;
}

function crowd({ clients, patienceMs, holdMs, returnsMost }: Crowd): SimStorm['send'] {
  return ({ kernel, entropy, address, fromMs, report }) => {
    const client = () => ({ address, kind: 'polite' as const, patienceMs, holdMs, requests: 0 });
    const when = { fromMs, forMs: 0, clients, returnsMost };
    arrivals('storm', { ...when, name: 'client', kernel, entropy, client, report });
  };
}

function morning(clients: number): SimStorm['send'] {
  return ({ kernel, entropy, address, fromMs, report }) => {
    const stays = entropy.stream('sessions');
    const times = arrivalTimes(
      { name: 'morning', times: 0 },
      clients,
      MORNING_MS,
      entropy.stream('arrivals'),
    );
    times.forEach((atMs, index) => {
      const name = `client/${index + 1}`;
      const holdMs = stays.exponential(MORNING_SESSION_MEAN_MS);
      const options = {
        name,
        address,
        kind: 'polite',
        patienceMs: PATIENT_MS,
        holdMs,
        requests: 0,
        report,
      } as const;
      kernel.at(fromMs + atMs, () => kernel.startClient(name, clientProgram(options)));
    });
  };
}
