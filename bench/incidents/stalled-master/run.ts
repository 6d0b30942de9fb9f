// One run: a rig with one of the two loops, the clients of the plan, the trouble that was ordered, and what was seen of
// all three on the clients' clock. Both are ended when this resolves, also when it throws or Ctrl-C came.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { STAGES } from '../../../src/core/board.ts';
import { entropy } from '../../../src/lib/entropy.ts';
import { type LoopName, monotonicMs, type RigOrder, type RigSample } from '../../rig/order.ts';
import { type Rig, startRig } from '../../rig/start.ts';
import type { StormOptions } from '../../storm/options/options.ts';
import { imapScript } from '../../storm/scripts/imap.ts';
import { showProgress } from '../../storm/show/progress.ts';
import { type Live, type Measured, runStorm } from '../../storm/storm.ts';
import type { Surroundings } from '../incident.ts';
import { configurationText, planOf, type RunOrder, SERVICE, type Window } from './order.ts';

export interface LoopRun {
  readonly loop: LoopName;
  readonly durationMs: number;
  /** On the clients' clock, as it really was. */
  readonly window: Window | undefined;
  readonly samples: readonly RunSample[];
  /** When each client came, ms. */
  readonly arrivals: readonly number[];
  /** When each who was greeted came, and when he was greeted, ms; in the order of greeting. */
  readonly greetings: readonly (readonly [came: number, greeted: number])[];
  /** Really sent, per second. */
  readonly signalsSentPerSecond: number;
}

/** What the master's process told at one moment, and what the kernel and the clients said then. */
export interface RunSample {
  /** Since the first client could come. */
  readonly atMs: number;
  readonly turnsBegun: number;
  readonly turnsCompleted: number;
  readonly interruptions: number;
  /** Channels of workers with words that nobody has read. */
  readonly messagesWaiting: number;
  /** As the master believes: ready, and starting. */
  readonly readyBelieved: number;
  /** Its living children by the kernel, less those whose client has been greeted. */
  readonly readyTrue: number;
  /** How often each of the ten timestamps was taken. */
  readonly stamps: readonly number[];
}

export const SAMPLE_MS = 100;
/** Every poll: so both loops meet the same, however many they make. */
const ALWAYS = 1;
const SEED_MAX = 1_000_000_000;
/** After the last arrival: as long as somebody waits, but no longer. */
const LAST_GREETING_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 20;
/** What comes after the last greeting belongs to the picture, too. */
const AFTERGLOW_MS = 300;
const PATIENCE_MS = 120_000;

export async function runLoop(order: RunOrder, surroundings: Surroundings): Promise<LoopRun> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-incident-'));
  const configuration = join(directory, 'services.conf');
  writeFileSync(configuration, configurationText());
  let rig: Rig | undefined;
  try {
    rig = await startRig(rigOrder(order, configuration));
    const measured = await visit(order, rig, surroundings);
    return seen(order, rig, measured);
  } finally {
    await rig?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function rigOrder({ loop, window, seed }: RunOrder, configuration: string): RigOrder {
  const faults = { plan: { eintr: ALWAYS }, seed: entropy(seed).stream('faults').integer(0, SEED_MAX) };
  return {
    configuration,
    loop,
    sampleMs: SAMPLE_MS,
    ...(window === undefined ? {} : { chaos: { ...faults, ...window } }),
  };
}

async function visit(
  order: RunOrder,
  { pid, addresses }: Rig,
  { abort, output, progressColumns: columns }: Surroundings,
): Promise<Measured> {
  const end = new AbortController();
  const interrupt = () => end.abort();
  abort.addEventListener('abort', interrupt, { once: true });
  if (abort.aborted) interrupt();
  let endProgress = () => {};
  let watching: Promise<void> = Promise.resolve();
  const plan = planOf(order);
  const address = addressOf(addresses[SERVICE] ?? '');
  const measured = await runStorm({
    options: stormOptions(order),
    address: { kind: 'tcp', ...address, loopback: true },
    plan,
    master: { pid },
    abort: end.signal,
    began: (live) => {
      if (columns !== undefined) endProgress = showProgress(output.err, columns, live);
      watching = untilServed(live, plan.times.length, order.durationMs, end.signal).then(interrupt);
    },
  });
  await watching;
  endProgress();
  abort.removeEventListener('abort', interrupt);
  if (!measured.ok) throw new Error(measured.error);
  return measured.value;
}

function addressOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** Until the time is over and everybody was greeted, who can be expected to be. */
async function untilServed(live: Live, clients: number, durationMs: number, end: AbortSignal): Promise<void> {
  const beganAt = performance.now();
  const over = () => {
    const ms = performance.now() - beganAt;
    const served = live.results.greeted + live.results.failed === clients;
    return ms >= durationMs && (served || ms >= durationMs + LAST_GREETING_LIMIT_MS);
  };
  while (!over() && !end.aborted) await delay(LOOK_AGAIN_MS);
  if (!end.aborted) await delay(AFTERGLOW_MS);
}

function stormOptions({ signalsPerSecond, seed, durationMs }: RunOrder): StormOptions {
  const script = imapScript({});
  const session = { kind: 'hold', ms: durationMs } as const;
  return {
    protocol: { name: 'imap', scriptFor: () => script, goodByeAfterHold: false },
    target: { kind: 'tcp', host: '127.0.0.1', port: 0, text: SERVICE },
    allowRemote: false,
    // What runStorm is told by its plan; this only describes it.
    load: {
      shape: { name: 'poisson', times: 0 },
      connections: 0,
      durationMs,
      sessions: { text: 'stays', sessions: [{ session, weight: 1 }] },
    },
    patienceMs: PATIENCE_MS,
    comeback: undefined,
    seed,
    master: { none: false },
    sampleMs: SAMPLE_MS,
    trouble: signalsPerSecond > 0 ? { signals: { perSecond: signalsPerSecond, signal: 'SIGUSR2' } } : {},
    objectives: [],
    json: false,
    save: undefined,
    report: undefined,
  };
}

function seen(order: RunOrder, { samples, upAtMs }: Rig, measured: Measured): LoopRun {
  const { results, beganAt, ms } = measured;
  // The rig's moments count from when it was up, the clients' from the begin of the storm, on this process's clock.
  const toClients = upAtMs - monotonicMs() + performance.now() - beganAt;
  const greetings = results.moments.greetings
    .map(([planned, at]) => [planned - beganAt, at - beganAt] as const)
    .sort(([, one], [, other]) => one - other);
  const { loop, window, durationMs } = order;
  return {
    loop,
    durationMs,
    window: window && { fromMs: window.fromMs + toClients, untilMs: window.untilMs + toClients },
    samples: samples
      .map((sample) => sampleOf(sample, sample.atMs + toClients, greetings))
      .filter(({ atMs }) => atMs >= 0 && atMs <= ms),
    arrivals: [...planOf(order).times],
    greetings,
    signalsSentPerSecond: measured.trouble[0]?.figures.perSecond ?? 0,
  };
}

function sampleOf(sample: RigSample, atMs: number, greetings: LoopRun['greetings']): RunSample {
  const { turnsBegun, turnsCompleted, interruptions, messagesWaiting, stages, services, children } = sample;
  const service = services.find((each) => each.service === SERVICE);
  const withClient = greetings.filter(([, at]) => at <= atMs).length;
  return {
    ...{ atMs, turnsBegun, turnsCompleted, interruptions, messagesWaiting },
    readyBelieved: (service?.ready ?? 0) + (service?.starting ?? 0),
    readyTrue: Math.max(0, children - withClient),
    // The first is taken when the poll begins; each stage's end is the begin of the next, the last is the turn's end.
    stamps: [turnsBegun, ...STAGES.map((stage) => stages[stage]?.times ?? 0)],
  };
}
