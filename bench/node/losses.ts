// What the crash and the reload have in common: the load that runs meanwhile, at a steady pace below what any side can
// do, and what of it was lost or late between two moments. Used by crash.ts and reload.ts.

import {
  type Flow,
  type FlowResult,
  LOSSES,
  type LoadOrder,
  type LoadResult,
  type Loss,
  SLICE_MS,
} from './load/order.ts';

/** 1,000 requests a second on connections that are kept, and 300 on a connection each. */
const FLOWS: readonly Flow[] = [
  { mode: 'keep-alive', clients: 40, path: '/', everyMs: 40 },
  { mode: 'connections', clients: 30, path: '/', everyMs: 100 },
];

/** No side here takes so long for anything: who waits longer waits for ever. */
const ANSWER_LIMIT_MS = 10_000;

export function steadyLoad(port: number, ms: number): LoadOrder {
  return { port, ms, answerLimitMs: ANSWER_LIMIT_MS, flows: FLOWS };
}

export type Lost = Readonly<Record<Loss, number>>;

export function totalOf(lost: Lost): number {
  return LOSSES.reduce((sum, loss) => sum + lost[loss], 0);
}

export function sumOf(all: readonly Lost[]): Lost {
  const sums = LOSSES.map((loss) => [loss, all.reduce((sum, lost) => sum + lost[loss], 0)]);
  return Object.fromEntries(sums) as Lost;
}

/** The worst latency of any request that was answered between two moments of the wall clock. */
export function worstBetween({ beganAt, flows }: LoadResult, from: number, until: number): number {
  const first = Math.floor((from - beganAt) / SLICE_MS);
  const last = Math.ceil((until - beganAt) / SLICE_MS);
  const slices = flows.flatMap((flow) => flow.slices.slice(Math.max(0, first), last + 1));
  return Math.max(0, ...slices.map(({ worstMs }) => worstMs));
}

/** Requests answered in each slice of `ms`, of all flows together: for the plot. */
export function answeredPerSlice(flows: readonly FlowResult[], ms: number): readonly number[] {
  const length = Math.floor(ms / SLICE_MS);
  return Array.from({ length }, (_, index) =>
    flows.reduce((sum, { slices }) => sum + (slices[index]?.answered ?? 0), 0),
  );
}
