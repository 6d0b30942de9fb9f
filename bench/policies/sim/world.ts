// One storm at one master with one policy, on the simulated kernel and from one seed: the product's core, unchanged, and
// what became of its clients and its workers. The same seed and policy give the same figures, on every machine.

import { createMaster, type Master } from '../../../src/core/master.ts';
import type { MasterSpec, ServiceSpec } from '../../../src/core/spec.ts';
import { begin, turn } from '../../../src/core/supervisor.ts';
import { type Entropy, entropy } from '../../../src/lib/entropy.ts';
import type { Address } from '../../../src/os/os.ts';
import { clientProgram } from '../../../src/os/sim/clients.ts';
import { createSimKernel } from '../../../src/os/sim/kernel.ts';
import type { SimKernel } from '../../../src/os/sim/options.ts';
import { type PolicyName, policyNamed } from '../index.ts';
import { punctual } from '../plugged.ts';
import { createBooks } from './books.ts';
import { Processors } from './processors.ts';
import type { SimStorm } from './storms.ts';
import { imapdLike } from './worker.ts';

export const PROCESSORS = 2;
/**
 * Processor time of Debian's imapd 3.6 on the machine where this was written: twenty that had just started, and two
 * hundred short sessions after them.
 */
export const COSTS = { startMs: 12, greetMs: 1, leaveMs: 1.3 } as const;
/** What a spawn keeps the master from anything else. */
export const SPAWN_MS = 0.45;

const START_SPREAD = 0.2;
const EXEC_MS = 0.5;
const CALL_MS = 0.01;
/** A first client, as in the real benchmark: the master has seen one start. */
const WARM_UP_AT_MS = 2_000;
/** The storm comes then, plus up to a second, so that no heartbeat is always early or always late. */
const STORM_AFTER_MS = 10_000;
const STORM_SPREAD_MS = 1_000;
/** After it is over: what was started too much is counted too. */
const SETTLE_MS = 3_000;
const CALLS_PER_TURN_MAX = 100_000;
const MAXCHILD = 1_000;

const ADDRESS: Address = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 1143 };

/** Infinity is never. */
export interface Figures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly lastGreetingMs: number;
  /** When the last session was over; of held clients, who stay, their last greeting. */
  readonly lastOverMs: number;
  readonly neverGreeted: number;
  readonly spawned: number;
  readonly mostAlive: number;
  /** Spawned in the storm, and nobody came to them. */
  readonly wasted: number;
  /** Ascending; from the begin of the storm. */
  readonly greetedAtMs: readonly number[];
}

export function simulate(storm: SimStorm, policy: PolicyName, seed: number): Figures {
  const draws = entropy(`policies/${storm.name}/${seed}`);
  const books = createBooks(storm);
  const kernel = createKernel(draws, books);
  let master: Master | undefined;
  const plugged = policyNamed(policy, () => master?.now ?? 0);
  const outlet = { takeCommands: () => [], publish: () => {} };
  const options = { masterPid: 1, environment: { PATH: '/bin' }, quiet: [], policy: plugged.policy };
  master = createMaster(punctual(kernel.os, plugged), spec(storm), outlet, options);
  begin(master);
  const fromMs = kernel.now() + STORM_AFTER_MS + draws.stream('begin').between(0, STORM_SPREAD_MS);
  warmUp(kernel);
  kernel.at(fromMs, () => books.begin());
  storm.send({ kernel, entropy: draws.stream('clients'), address: ADDRESS, fromMs, report: books.report });
  const run = (until: () => boolean) => {
    while (!until()) {
      kernel.turnBegins();
      turn(master);
    }
  };
  run(() => books.isOver() || kernel.now() >= fromMs + storm.limitMs);
  const settledAt = kernel.now() + SETTLE_MS;
  run(() => kernel.now() >= settledAt);
  return books.figures(fromMs);
}

function createKernel(draws: Entropy, books: ReturnType<typeof createBooks>): SimKernel {
  const processors = new Processors(PROCESSORS);
  const starts = draws.stream('starts');
  return createSimKernel({
    entropy: draws.stream('kernel'),
    exec: (_request, serial) => {
      const spread = starts.stream(`${serial}`).between(1 - START_SPREAD, 1 + START_SPREAD);
      const costs = { ...COSTS, startMs: COSTS.startMs * spread };
      return imapdLike(processors, costs, () => books.served(serial));
    },
    observer: books.observer,
    interruptions: 'linux',
    startWallMs: Date.UTC(2026, 0, 14, 8),
    timezone: 'Europe/Berlin',
    somaxconn: 4_096,
    pidMost: 32_768,
    pipeBytes: 65_536,
    descriptorsMost: 65_536,
    callMs: () => CALL_MS,
    spawnMs: () => SPAWN_MS,
    execMs: () => EXEC_MS,
    callsPerTurnMost: CALLS_PER_TURN_MAX,
    tracing: false,
  });
}

function warmUp(kernel: SimKernel): void {
  const options = { name: 'first', address: ADDRESS, kind: 'polite', patienceMs: STORM_AFTER_MS } as const;
  const program = clientProgram({ ...options, holdMs: 0, requests: 0, report: () => {} });
  kernel.at(kernel.now() + WARM_UP_AT_MS, () => kernel.startClient('first', program));
}

function spec({ prefork, backlog }: SimStorm): MasterSpec {
  const argv = ['/bin/imapd'];
  const command = { text: '/bin/imapd', path: '/bin/imapd', argv, program: '/bin/imapd', environment: {} };
  const service: ServiceSpec = {
    name: 'imap',
    index: 0,
    line: 1,
    protocol: 'cyrus',
    listen: '127.0.0.1:1143',
    proto: 'tcp',
    address: ADDRESS,
    command,
    prefork,
    maxchild: MAXCHILD,
    maxforkrate: Number.POSITIVE_INFINITY,
    babysit: false,
    backlog,
    clientlimit: 1,
    startlimitMs: 30_000,
    stoplimitMs: 30_000,
    idlekillMs: 0,
    maxuse: 0,
    maxrssBytes: 0,
    watchdogMs: 0,
    failureRule: 'breaker',
  };
  const startCap = { initial: 2 * PROCESSORS, most: 8 * PROCESSORS };
  const rest = { start: [], events: [], daemons: [], shutdownlimitMs: 10_000 };
  return { file: 'services.conf', services: [service], startCap, ...rest };
}
