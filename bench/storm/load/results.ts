// What the visits of a storm have come to: counts, HDR histograms, and the moments behind the plots. Latencies count
// from the planned arrival, so that an arrival which had to wait for a stalled service, or for us, is not forgiven
// (no coordinated omission); and a percentile counts those who were never greeted as infinitely late.

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { OUTCOMES, type Outcome } from './outcome.ts';
import type { Visited } from './visited.ts';

export const MEASURES = {
  connect: 'connect',
  afterConnect: 'greeting after connect',
  greeting: 'greeting',
  session: 'whole session',
  served: 'greeting after all tries',
  lateness: 'lateness of the generator',
} as const;

export type Measure = keyof typeof MEASURES;

export interface Moments {
  /** Of every visit that was greeted, in the order of greeting: planned, greeted. Milliseconds of performance.now(). */
  readonly greetings: readonly (readonly [planned: number, greeted: number])[];
  readonly failures: readonly (readonly [planned: number, ended: number, outcome: Outcome])[];
}

export interface Results {
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly started: number;
  readonly open: number;
  readonly openMost: number;
  readonly greeted: number;
  readonly failed: number;
  readonly cameBack: number;
  readonly gaveUp: number;
  /** outcome and reason -> how often */
  readonly reasons: ReadonlyMap<string, number>;
  readonly moments: Moments;
  histogramOf(measure: Measure): RecordableHistogram;
  /** Of those who wanted it, how many never had it. */
  missing(measure: Measure): number;
}

/** An hour in microseconds; a session that is held longer counts as an hour. */
const HIGHEST_US = 3_600_000_000;
/** Keeps a hostile service from filling the memory with reasons. */
const REASONS_MAX = 200;

export class Tally implements Results {
  readonly counts = Object.fromEntries(Object.keys(OUTCOMES).map((name) => [name, 0])) as Record<
    Outcome,
    number
  >;
  started = 0;
  open = 0;
  openMost = 0;
  greeted = 0;
  failed = 0;
  cameBack = 0;
  gaveUp = 0;
  readonly reasons = new Map<string, number>();
  readonly moments = { greetings: [] as [number, number][], failures: [] as [number, number, Outcome][] };
  readonly #histograms = new Map<Measure, RecordableHistogram>();
  readonly #missing = new Map<Measure, number>();

  begin(attempt: number): void {
    this.started += 1;
    this.open += 1;
    this.openMost = Math.max(this.openMost, this.open);
    if (attempt > 1) this.cameBack += 1;
  }

  greet(): void {
    this.greeted += 1;
  }

  /** `firstPlannedAt`: of the client's first attempt. `final`: it does not come back. */
  end(visited: Visited, firstPlannedAt: number, final: boolean): void {
    const { outcome, plannedAt, launchedAt, connectedAt, greetedAt, endedAt, wantsGreeting } = visited;
    this.open -= 1;
    this.counts[outcome] += 1;
    this.#record('lateness', launchedAt - plannedAt);
    if (OUTCOMES[outcome].failure) this.#fail(visited);
    if (final && OUTCOMES[outcome].failure && visited.attempt > 1) this.gaveUp += 1;
    // Whoever was sent home by the end of the storm proves nothing about the service.
    const proves = outcome !== 'aborted';
    this.#judge('connect', plannedAt, connectedAt, proves);
    if (wantsGreeting) {
      this.#judge('greeting', plannedAt, greetedAt, proves);
      if (connectedAt !== undefined) this.#judge('afterConnect', connectedAt, greetedAt, proves);
      if (greetedAt !== undefined) this.moments.greetings.push([plannedAt, greetedAt]);
      if (greetedAt !== undefined || final) this.#judge('served', firstPlannedAt, greetedAt, proves);
    }
    this.#judge('session', plannedAt, outcome === 'done' ? endedAt : undefined, proves);
  }

  histogramOf(measure: Measure): RecordableHistogram {
    let histogram = this.#histograms.get(measure);
    if (histogram === undefined) {
      histogram = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 });
      this.#histograms.set(measure, histogram);
    }
    return histogram;
  }

  missing(measure: Measure): number {
    return this.#missing.get(measure) ?? 0;
  }

  #judge(measure: Measure, from: number, to: number | undefined, proves: boolean): void {
    if (to !== undefined) this.#record(measure, to - from);
    else if (proves) this.#missing.set(measure, this.missing(measure) + 1);
  }

  #record(measure: Measure, milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1_000);
    this.histogramOf(measure).record(Math.min(HIGHEST_US, Math.max(1, microseconds)));
  }

  #fail({ outcome, reason, plannedAt, endedAt }: Visited): void {
    this.failed += 1;
    this.moments.failures.push([plannedAt, endedAt, outcome]);
    const key = `${outcome}\t${reason}`;
    if (this.reasons.has(key) || this.reasons.size < REASONS_MAX) {
      this.reasons.set(key, (this.reasons.get(key) ?? 0) + 1);
    }
  }
}
