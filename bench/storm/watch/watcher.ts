// The one time line of a storm: every 100 ms, what the clients have come to, what the master says, and what the kernel
// says about both. The first sample is taken before the first arrival and the last one after the last, so that counters
// have a difference. A figure that could not be had is absent from its sample.

import type { Figures, Scrape, StageFigures } from './figures.ts';
import type { Master } from './find-master.ts';
import { type ListenFigures, listenFigures, type ProcessFigures, processFigures } from './proc.ts';
import { createScraper } from './scraper.ts';

export interface LoadFigures {
  readonly arrived: number;
  readonly open: number;
  readonly greeted: number;
  readonly failed: number;
}

export interface TimelineSample {
  /** From the begin of the storm; the first one is below 0. */
  readonly atMs: number;
  readonly load: LoadFigures;
  readonly figures?: Figures;
  readonly process?: ProcessFigures;
  readonly listen?: ListenFigures;
}

export interface Timeline {
  readonly samples: readonly TimelineSample[];
  /** At the first and the last sample that had them. */
  readonly stages: readonly [first: readonly StageFigures[], last: readonly StageFigures[]] | undefined;
}

export interface Watcher {
  /** Takes the last sample. `beganAt`: performance.now() at the begin of the storm. */
  stop(beganAt: number): Promise<Timeline>;
}

export interface WatcherInput {
  readonly master: Master | undefined;
  readonly everyMs: number;
  load(): LoadFigures;
}

/** An hour at the default interval; then the storm goes on without more of them. */
const SAMPLES_MAX = 36_000;

/** Resolves when the first sample is there. */
export async function startWatcher({ master, everyMs, load }: WatcherInput): Promise<Watcher> {
  const scraper =
    master?.metricsUrl === undefined
      ? undefined
      : createScraper(master.metricsUrl, master.service, master.metricsAccess);
  const samples: TimelineSample[] = [];
  let first: readonly StageFigures[] | undefined;
  let last: readonly StageFigures[] | undefined;

  const sample = async (scrape: (() => Promise<Scrape | undefined>) | undefined) => {
    // The kernel's figures first: they are there at once. The master's may take a moment, and are then as old as that.
    const atMs = performance.now();
    const process = master?.pid === undefined ? undefined : processFigures(master.pid);
    const listen = listenFigures();
    const clients = load();
    const scraped = await scrape?.();
    first ??= scraped?.stages;
    last = scraped?.stages ?? last;
    samples.push({
      atMs,
      load: clients,
      ...(scraped === undefined ? {} : { figures: scraped.figures }),
      ...(process === undefined ? {} : { process }),
      ...(listen === undefined ? {} : { listen }),
    });
  };
  await sample(scraper?.scrape);
  const timer = setInterval(() => {
    if (samples.length < SAMPLES_MAX) void sample(scraper?.scrape);
  }, everyMs);
  return {
    stop: async (beganAt) => {
      clearInterval(timer);
      await sample(scraper?.scrapeLast);
      return {
        samples: samples
          .map((one) => ({ ...one, atMs: one.atMs - beganAt }))
          .sort((one, other) => one.atMs - other.atMs),
        stages: first && last ? [first, last] : undefined,
      };
    },
  };
}
