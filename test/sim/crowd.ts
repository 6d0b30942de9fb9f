// The clients of a simulated run. Every service has a few calm ones all the time; faults bring more, at other times and
// with other manners. Each kind comes by streams of its own. Called by run.ts at the start, and again at the heal.

import type { ServiceSpec } from '../../src/core/spec.ts';
import type { Entropy } from '../../src/lib/entropy.ts';
import type { Address } from '../../src/os/os.ts';
import { type ArrivalKind, arrivals } from '../../src/os/sim/arrivals.ts';
import { type ClientKind, type ClientOptions, clientProgram } from '../../src/os/sim/clients.ts';
import type { ClientFault } from './faults.ts';
import { type RunContext, recur } from './run-context.ts';
import type { Scenario } from './scenario.ts';

interface Manner {
  readonly arrival: ArrivalKind;
  readonly client: ClientKind;
}

const MANNERS: Record<Exclude<ClientFault, 'wanderers'>, Manner> = {
  burst: { arrival: 'burst', client: 'polite' },
  steady: { arrival: 'steady', client: 'polite' },
  poisson: { arrival: 'poisson', client: 'polite' },
  ramp: { arrival: 'ramp', client: 'polite' },
  'reconnect-storm': { arrival: 'storm', client: 'polite' },
  'slow-loris': { arrival: 'poisson', client: 'slow-loris' },
  'hang-up': { arrival: 'poisson', client: 'hang-up' },
  impatient: { arrival: 'poisson', client: 'impatient' },
};

/** Mean time between two calm clients of one service, virtual ms. */
const CALM_MEAN_LEAST_MS = 1_500;
const CALM_MEAN_MOST_MS = 10_000;
/** Clients that a fault of weight 1 brings to one service. */
const CLIENTS_MOST = 150;
const CLIENTS_LEAST = 5;
const RETURNS_MOST = 4;
/** Not every service has every trouble. */
const SERVICES_HIT = 0.6;
/** Faults of clients begin within this part of their phase. */
const BEGINS_WITHIN = 0.5;
const WANDERER_MEAN_MS = 300;
const HOLD_DECADES = [0.5, 4] as const;
const LORIS_HOLD_MOST_MS = 30_000;
const PATIENCE_LEAST_MS = 1_000;
const PATIENCE_MOST_MS = 30_000;
const REQUESTS_MOST = 4;

export function beginCrowd(context: RunContext, { spec, faultsMs }: Scenario): void {
  calmClients(context, 'calm', spec.services, faultsMs);
  for (const [fault, manner] of Object.entries(MANNERS))
    for (const service of spec.services) hit(context, fault, manner, service, faultsMs);
  wander(context);
}

/** They come calmly, for so long from now. */
export function calmClients(
  { swarm, kernel }: RunContext,
  name: string,
  services: readonly ServiceSpec[],
  forMs: number,
): void {
  for (const { address, command } of services) {
    const unit = command.argv[1] ?? '';
    const entropy = swarm.entropy.stream(`clients/${name}/${unit}`);
    const meanMs = entropy.stream('mean').between(CALM_MEAN_LEAST_MS, CALM_MEAN_MOST_MS);
    arrivals('poisson', {
      name: `${name} to ${unit}`,
      kernel: kernel(),
      entropy,
      fromMs: kernel().now(),
      forMs,
      clients: Math.ceil(forMs / meanMs),
      returnsMost: 0,
      client: (draws) => ({ ...drawn(draws, address), kind: 'polite' }),
      report: () => {},
    });
  }
}

function hit(
  context: RunContext,
  fault: string,
  { arrival, client }: Manner,
  { address, command }: ServiceSpec,
  faultsMs: number,
): void {
  const weight = context.swarm.weight(fault);
  const unit = command.argv[1] ?? '';
  const entropy = context.swarm.draws(fault).stream(unit);
  if (weight === 0 || !entropy.stream('hit').chance(SERVICES_HIT)) return;
  const laterMs = entropy.stream('from').between(0, faultsMs * BEGINS_WITHIN);
  arrivals(arrival, {
    name: `${fault} to ${unit}`,
    kernel: context.kernel(),
    entropy,
    fromMs: context.kernel().now() + laterMs,
    forMs: faultsMs - laterMs,
    clients: Math.ceil(CLIENTS_LEAST + weight * (CLIENTS_MOST - CLIENTS_LEAST)),
    returnsMost: RETURNS_MOST,
    client: (draws) => ({ ...drawn(draws, address), ...held(draws, client), kind: client }),
    report: ({ outcome }) => {
      if (outcome !== 'greeted') context.saw(fault);
    },
  });
}

function drawn(draws: Entropy, address: Address): Omit<ClientOptions, 'name' | 'report' | 'kind'> {
  return {
    address,
    patienceMs: draws.between(PATIENCE_LEAST_MS, PATIENCE_MOST_MS),
    holdMs: 10 ** draws.between(...HOLD_DECADES),
    requests: draws.integer(0, REQUESTS_MOST),
  };
}

function held(draws: Entropy, kind: ClientKind): Partial<ClientOptions> {
  return kind === 'slow-loris' ? { holdMs: draws.between(0, LORIS_HOLD_MOST_MS) } : {};
}

function wander(context: RunContext): void {
  let number = 0;
  recur(context, { fault: 'wanderers', meanMs: WANDERER_MEAN_MS }, (draws) => {
    const { address } = draws.pick([...context.kernel().listeners(), { address: undefined }]);
    if (address === undefined) return;
    number += 1;
    context.saw('wanderers');
    const name = `wanderer/${number}`;
    const options = { ...drawn(draws, address), kind: 'polite', name, report: () => {} } as const;
    context.kernel().startClient(name, clientProgram(options));
  });
}
