// One burst at a freshly started rig with one policy: what its clients saw, and how many workers it took.

import { setTimeout as delay } from 'node:timers/promises';
import { type BurstOptions, type BurstResult, burst } from '../../lib/burst.ts';
import { freePorts } from '../../lib/ports.ts';
import { percentile } from '../../lib/statistics.ts';
import type { RigOrder } from '../../rig/order.ts';
import { type Rig, startRig } from '../../rig/start.ts';
import { masterSection } from '../../setup/masters.ts';
import type { Workers } from './workers.ts';

export interface RealBurst extends Omit<BurstOptions, 'port' | 'sent'> {
  readonly prefork: number;
}

/** Infinity is never. */
export interface Measured {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Until the last was greeted (who stays) or gone (who leaves at once). */
  readonly lastMs: number;
  readonly neverGreeted: number;
  readonly spawned: number;
  readonly mostAlive: number;
}

const SAMPLE_MS = 50;
const MAXCHILD = 1_000;
const BACKLOG = 1_024;
const FIRST_CLIENT_LIMIT_MS = 20_000;
const UP_LIMIT_MS = 20_000;
/** A worker that says nothing at its start has had the time for it. */
const SETTLED_AFTER_MS = 300;

/** `core`: what of it is exchanged. */
export async function measureBurst(
  workers: Workers,
  load: RealBurst,
  core: Pick<RigOrder, 'policy' | 'estimator'>,
): Promise<Measured> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const service =
    `imap cmd="${workers.command}" listen="127.0.0.1:${port}" ` +
    `prefork=${load.prefork} maxchild=${MAXCHILD} backlog=${BACKLOG}`;
  const master = masterSection(`${workers.directory}/run-${port}`, metricsPort);
  const configuration = workers.configure(`rig-${port}.conf`, `${master}SERVICES {\n  ${service}\n}\n`);
  const rig = await startRig({ configuration, ...core, sampleMs: SAMPLE_MS }, workers.user);
  try {
    await settled(rig, load.prefork, port);
    const before = latest(rig);
    const result = await burst({ ...load, port });
    const sampled = rig.samples.length;
    while (rig.samples.length === sampled) await delay(SAMPLE_MS);
    return { ...latenciesOf(result), ...workersSince(rig, before) };
  } finally {
    await rig.stop();
  }
}

/** All of prefork, and one client: files are in the cache, and the master has seen one start. */
async function settled(rig: Rig, prefork: number, port: number): Promise<void> {
  const deadline = performance.now() + UP_LIMIT_MS;
  while ((rig.samples.at(-1)?.services[0]?.active ?? -1) < prefork) {
    if (performance.now() > deadline) throw new Error(`${prefork} workers were not started`);
    await delay(SAMPLE_MS);
  }
  const first = await burst({ port, clients: 1, session: 'short', limitMs: FIRST_CLIENT_LIMIT_MS });
  if (first.neverGreeted > 0) throw new Error(`nobody is served at port ${port}`);
  await delay(SETTLED_AFTER_MS);
}

function latest({ samples }: Rig): number {
  return samples.length - 1;
}

function workersSince({ samples }: Rig, before: number): Pick<Measured, 'spawned' | 'mostAlive'> {
  const services = samples.slice(before).flatMap((sample) => sample.services.slice(0, 1));
  const spawns = services.map((service) => service.spawns);
  return {
    spawned: Math.max(...spawns) - Math.min(...spawns),
    mostAlive: Math.max(...services.map(({ active }) => active)),
  };
}

function latenciesOf({
  greetedMs,
  lastMs,
  neverGreeted,
}: BurstResult): Omit<Measured, 'spawned' | 'mostAlive'> {
  const never = Number.POSITIVE_INFINITY;
  const all = [...greetedMs, ...Array.from({ length: neverGreeted }, () => never)];
  return {
    p50Ms: percentile(all, 50),
    p95Ms: percentile(all, 95),
    p99Ms: percentile(all, 99),
    lastMs: neverGreeted > 0 ? never : lastMs,
    neverGreeted,
  };
}
