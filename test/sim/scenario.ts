// What is simulated, drawn from a seed: the configuration of the master, and how long the faults go on. It is drawn
// whole before anything runs, so that no fault shifts it. Called once per run.

import type {
  DaemonSpec,
  EventSpec,
  JobSpec,
  MasterSpec,
  ServiceSpec,
  Trigger,
} from '../../src/core/spec.ts';
import type { Entropy } from '../../src/lib/entropy.ts';
import { drawService, twinOf } from './scenario-services.ts';
import { commandOf } from './units.ts';

export interface Scenario {
  readonly spec: MasterSpec;
  /** Virtual ms from the start of the master to the end of all faults. */
  readonly faultsMs: number;
  /** Faults of the port begin when the master is up, and not with it: else many runs would be over at once. */
  readonly calmBoot: boolean;
  /** The stop comes while the faults go on, and not after the world has healed. */
  readonly stopsInTrouble: boolean;
}

const SERVICES_MOST = 5;
const DAEMONS_MOST = 3;
const EVENTS_MOST = 3;
const START_JOBS_MOST = 2;
const FAULTS_LEAST_MS = 20_000;
const FAULTS_MOST_MS = 120_000;
const TWINS = 0.15;
const CALM_BOOTS = 0.93;
const STOPS_IN_TROUBLE = 0.25;

export function drawScenario(root: Entropy): Scenario {
  const draws = root.stream('scenario');
  return {
    spec: drawSpec(draws.stream('spec')),
    faultsMs: draws.between(FAULTS_LEAST_MS, FAULTS_MOST_MS),
    calmBoot: draws.chance(CALM_BOOTS),
    stopsInTrouble: draws.chance(STOPS_IN_TROUBLE),
  };
}

function drawSpec(draws: Entropy): MasterSpec {
  const initial = draws.integer(1, 8);
  return {
    file: 'services.conf',
    start: several(draws.integer(0, START_JOBS_MOST), (index) => drawStartJob(index)),
    services: drawServices(draws),
    daemons: several(draws.integer(0, DAEMONS_MOST), (index) =>
      drawDaemon(draws.stream(`daemon/${index}`), index),
    ),
    events: several(draws.integer(0, EVENTS_MOST), (index) =>
      drawEvent(draws.stream(`event/${index}`), index),
    ),
    shutdownlimitMs: draws.integer(5, 20) * 1000,
    startCap: { initial, most: initial * draws.integer(1, 4) },
  };
}

function drawServices(draws: Entropy): readonly ServiceSpec[] {
  return several(draws.integer(1, SERVICES_MOST), (index) => index).flatMap((index) => {
    const own = draws.stream(`service/${index}`);
    const service = drawService(own, index);
    const twin = own.chance(TWINS) ? twinOf(service) : undefined;
    return twin ? [service, twin] : [service];
  });
}

function several<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function drawStartJob(index: number): JobSpec {
  const name = ['recover', 'idledcheck'][index] ?? `start${index}`;
  return { name, line: 100 + index, command: commandOf('start', `start/${name}`) };
}

export function drawDaemon(draws: Entropy, index: number): DaemonSpec {
  const name = ['idled', 'notifyd', 'saslauthd'][index] ?? `daemon${index}`;
  const wait = draws.chance(0.5);
  return {
    name,
    line: 200 + index,
    command: commandOf(wait ? 'waiting-daemon' : 'daemon', `daemon/${name}`),
    wait,
    maxforkrate: draws.chance(0.5) ? Number.POSITIVE_INFINITY : draws.integer(1, 10),
    startlimitMs: draws.integer(2, 10) * 1000,
    stoplimitMs: draws.integer(1, 5) * 1000,
    failureRule: draws.chance(0.2) ? 'cyrus' : 'breaker',
  };
}

/** Often enough for a short run; the last four lie around the change of the clocks. */
const PATTERNS = [
  '* * * * *',
  '*/2 * * * *',
  '30 2 * * *',
  '0 3 * * *',
  '59 1 * * *',
  '*/5 2-3 * * *',
] as const;

export function drawEvent(draws: Entropy, index: number): EventSpec {
  const name = ['checkpoint', 'purge', 'squatter'][index] ?? `event${index}`;
  const trigger: Trigger = draws.chance(0.5)
    ? { kind: 'period', periodMs: draws.integer(2, 60) * 1000 }
    : { kind: 'cron', pattern: draws.pick(PATTERNS) };
  return {
    name,
    line: 300 + index,
    command: commandOf('event', `event/${name}`),
    trigger,
    overlap: draws.pick(['skip', 'queue', 'allow'] as const),
    limitMs: draws.chance(0.6) ? draws.integer(1, 20) * 1000 : 0,
    jitterMs: draws.chance(0.3) ? draws.integer(1, 10) * 1000 : 0,
    stoplimitMs: draws.integer(1, 5) * 1000,
  };
}
