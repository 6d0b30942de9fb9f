// When clients come: a plan of start times made before the first one comes, from named draws, whatever becomes of those
// before (open loop). Only a storm looks at results: whoever failed comes back, together with its peers. All are bounded
// in number. Called by the scenario.

import type { Entropy } from '../../lib/entropy.ts';
import { type ClientOptions, type ClientResult, clientProgram } from './clients.ts';
import type { SimKernel } from './options.ts';

export const ARRIVALS = {
  steady: 'one after the other, in equal steps',
  poisson: 'at random, independent of each other',
  burst: 'a few crowds, each almost at once',
  storm: 'a crowd; each that was not served comes back with its peers',
  ramp: 'more and more',
} as const;

export type ArrivalKind = keyof typeof ARRIVALS;

export interface ArrivalOptions {
  /** Names the clients: `name/17`, and `name/17/2` when it has come back twice. */
  readonly name: string;
  readonly kernel: Pick<SimKernel, 'at' | 'startClient' | 'now'>;
  readonly entropy: Entropy;
  readonly fromMs: number;
  readonly forMs: number;
  /** Clients, not counting those that come back. At 'poisson' so many are expected; no more than so many come. */
  readonly clients: number;
  /** How often a client of a storm comes back at most. */
  readonly returnsMost: number;
  /** Each client anew: drawn from its own stream. */
  readonly client: (draws: Entropy) => Omit<ClientOptions, 'name' | 'report'>;
  readonly report: (result: ClientResult) => void;
}

const BURSTS_MOST = 4;
/** A crowd comes within so long. */
const CROWD_MS = 30;
/** Back-off of a mail client, by its failures so far; the last goes on. */
const BACK_OFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** Whoever comes back comes at a full second with all others: the clients of one site are woken by one clock. */
const WAVE_MS = 1_000;

/** Plans and starts. Returns how many clients will come, not counting those that come back. */
export function arrivals(kind: ArrivalKind, options: ArrivalOptions): number {
  const times = PLANS[kind](options);
  times.forEach((atMs, index) => {
    start(options, atMs, `${options.name}/${index + 1}`, kind === 'storm' ? options.returnsMost : 0, 0);
  });
  return times.length;
}

type Plan = (options: ArrivalOptions) => number[];

const PLANS: Record<ArrivalKind, Plan> = {
  steady: (options) => spread(options, (part) => part),
  poisson,
  burst,
  storm: (options) => crowd(options, options.fromMs, options.clients),
  // The rate grows evenly: the number so far grows with the square of time.
  ramp: (options) => spread(options, Math.sqrt),
};

function spread({ fromMs, forMs, clients }: ArrivalOptions, at: (part: number) => number): number[] {
  return Array.from({ length: clients }, (_, index) => fromMs + at((index + 1) / clients) * forMs);
}

function poisson({ entropy, fromMs, forMs, clients }: ArrivalOptions): number[] {
  const draws = entropy.stream('poisson');
  const times: number[] = [];
  for (let at = fromMs; times.length < clients; times.push(at)) {
    at += draws.exponential(forMs / clients);
    if (at > fromMs + forMs) break;
  }
  return times;
}

function burst(options: ArrivalOptions): number[] {
  const { entropy, fromMs, forMs, clients } = options;
  const draws = entropy.stream('burst');
  const bursts = Math.min(clients, draws.integer(1, BURSTS_MOST));
  return Array.from({ length: bursts }, (_, index) => {
    const size = Math.floor((clients + index) / bursts);
    return crowd(options, draws.between(fromMs, fromMs + forMs), size);
  }).flat();
}

function crowd({ entropy }: ArrivalOptions, atMs: number, size: number): number[] {
  const draws = entropy.stream(`crowd at ${atMs}`);
  return Array.from({ length: size }, () => atMs + draws.between(0, CROWD_MS));
}

function start(options: ArrivalOptions, atMs: number, name: string, returns: number, failures: number): void {
  const { kernel, entropy, client, report } = options;
  const again = (result: ClientResult) => {
    report(result);
    if (returns === 0 || !unserved(result)) return;
    const first = failures === 0 ? name : name.slice(0, name.lastIndexOf('/'));
    const backAt =
      nextWave(kernel.now(), failures) + entropy.stream(`return of ${name}`).between(0, CROWD_MS);
    start(options, backAt, `${first}/${failures + 1}`, returns - 1, failures + 1);
  };
  kernel.at(atMs, () => {
    const drawn = client(entropy.stream(name));
    kernel.startClient(name, clientProgram({ ...drawn, name, report: again }));
  });
}

function unserved({ outcome }: ClientResult): boolean {
  return outcome === 'refused' || outcome === 'reset' || outcome === 'timed-out';
}

function nextWave(now: number, failures: number): number {
  const backOff = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? WAVE_MS;
  return Math.ceil((now + backOff) / WAVE_MS) * WAVE_MS;
}
