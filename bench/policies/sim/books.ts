// What is counted of one simulated storm: clients from their first attempt to their greeting and their end, workers from
// their spawn to their first client. Told by the kernel's observer, the clients and the workers; changes nothing.

import type { ClientResult } from '../../../src/os/sim/clients.ts';
import type { Observer } from '../../../src/os/sim/observer.ts';
import { percentile } from '../../lib/statistics.ts';
import type { SimStorm } from './storms.ts';
import type { Figures } from './world.ts';

interface Visit {
  readonly firstAt: number;
  greetedAt: number;
  overAt: number;
}

export interface Books {
  readonly observer: Observer;
  readonly report: (result: ClientResult) => void;
  served(serial: number): void;
  /** The storm begins: what was spawned before is not its work. */
  begin(): void;
  /** All have been greeted, and those who do not stay have left. */
  isOver(): boolean;
  figures(fromMs: number): Figures;
}

export function createBooks({ clients, held }: SimStorm): Books {
  const visits = new Map<string, Visit>();
  const spawned = new Set<number>();
  const visited = new Set<number>();
  let [alive, mostAlive, through] = [0, 0, 0];
  return {
    observer: {
      spawned: ({ serial }) => {
        spawned.add(serial);
        alive += 1;
        mostAlive = Math.max(mostAlive, alive);
      },
      ended: () => {
        alive -= 1;
      },
    },
    served: (serial) => void visited.add(serial),
    begin: () => {
      spawned.clear();
      mostAlive = alive;
    },
    report: ({ name, outcome, startedAt, greetedAt, endedAt }) => {
      const visit = visitOf(visits, name, startedAt);
      if (outcome === 'greeted' && greetedAt !== undefined) visit.greetedAt = greetedAt;
      if (outcome === 'served' && endedAt !== undefined) visit.overAt = endedAt;
      if (outcome === (held ? 'greeted' : 'served')) through += 1;
    },
    isOver: () => through >= clients,
    figures: (fromMs) => {
      const all = [...visits.values()];
      const greetingsMs = ascending(all.map(({ firstAt, greetedAt }) => greetedAt - firstAt));
      const greetedAtMs = ascending(all.map(({ greetedAt }) => greetedAt - fromMs));
      // Whose turn to come had not even come is as ungreeted as who came in vain.
      const waited = [...greetingsMs, ...Array.from({ length: clients - all.length }, () => NEVER)];
      const last = (values: readonly number[]) =>
        values.length < clients ? NEVER : (values.at(-1) ?? NEVER);
      const overAtMs = ascending(all.map(({ greetedAt, overAt }) => (held ? greetedAt : overAt) - fromMs));
      return {
        p50Ms: percentile(waited, 50),
        p95Ms: percentile(waited, 95),
        p99Ms: percentile(waited, 99),
        lastGreetingMs: last(greetedAtMs),
        lastOverMs: last(overAtMs),
        neverGreeted: waited.filter((ms) => ms === NEVER).length,
        spawned: spawned.size,
        mostAlive,
        wasted: [...spawned].filter((serial) => !visited.has(serial)).length,
        greetedAtMs: greetedAtMs.filter(Number.isFinite),
      };
    },
  };
}

const NEVER = Number.POSITIVE_INFINITY;

/** Of all attempts of one client: `client/17`, `client/17/1`, ... */
function visitOf(visits: Map<string, Visit>, name: string, startedAt: number): Visit {
  const client = name.split('/').slice(0, 2).join('/');
  const known = visits.get(client) ?? { firstAt: startedAt, greetedAt: NEVER, overAt: NEVER };
  visits.set(client, known);
  return known;
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((first, second) => first - second);
}
