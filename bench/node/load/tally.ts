// Counts the outcomes of one flow of requests. Written by client.ts, read once at the end.

import { percentile } from '../../lib/statistics.ts';
import { type Flow, type FlowResult, LOSSES, type Loss, SLICE_MS } from './order.ts';

export class Tally {
  readonly #latencies: number[] = [];
  readonly #lost = new Map<Loss, number>();
  readonly #lostAt: number[] = [];
  readonly #slices: { answered: number; worstMs: number }[] = [];
  readonly #byWorker = new Map<string, number>();
  readonly #began: number;

  constructor(began: number) {
    this.#began = began;
  }

  answered(latencyMs: number, now: number, worker: string | undefined): void {
    this.#latencies.push(latencyMs);
    const slice = this.#slice(now);
    slice.answered += 1;
    slice.worstMs = Math.max(slice.worstMs, latencyMs);
    if (worker) this.#byWorker.set(worker, (this.#byWorker.get(worker) ?? 0) + 1);
  }

  lost(loss: Loss): void {
    this.#lost.set(loss, (this.#lost.get(loss) ?? 0) + 1);
    this.#lostAt.push(performance.timeOrigin + performance.now());
  }

  result({ mode }: Flow, ms: number): FlowResult {
    const latencies = this.#latencies;
    return {
      mode,
      answered: latencies.length,
      lost: Object.fromEntries(LOSSES.map((loss) => [loss, this.#lost.get(loss) ?? 0])) as FlowResult['lost'],
      lostAt: this.#lostAt,
      perSecond: (latencies.length / ms) * 1_000,
      latency: {
        p50: percentile(latencies, 50),
        p99: percentile(latencies, 99),
        max: percentile(latencies, 100),
      },
      slices: Array.from(this.#slices, (slice) => slice ?? { answered: 0, worstMs: 0 }),
      byWorker: Object.fromEntries(this.#byWorker),
    };
  }

  #slice(now: number): { answered: number; worstMs: number } {
    const index = Math.max(0, Math.floor((now - this.#began) / SLICE_MS));
    this.#slices[index] ??= { answered: 0, worstMs: 0 };
    return this.#slices[index];
  }
}
